//! Journeys through the engine: vault and provider are real, only the desktop is not.

mod engine {
    mod audit;
    mod bad_input_table;
    mod bad_inputs;
    mod clock;
    mod device;
    mod disk;
    mod fake;
    mod faults;
    mod faults_answers;
    mod faults_table;
    mod faulty_disk;
    mod findings;
    mod gates;
    mod import;
    mod life;
    mod notices;
    mod outage;
    mod policies;
    mod provider_sessions;
    mod refused;
    mod revoke;
    mod schedule;
    mod sign_in;
    mod waiting;
}
