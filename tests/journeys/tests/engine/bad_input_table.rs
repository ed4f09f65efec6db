//! Every bad input that we know has its right answer, and its test. The table says where; a test
//! holds the table to the sources.

use std::{collections::BTreeSet, fs};

use anyhow::{Context, Result, ensure};
use keyfob_journeys::places;

const INSPECTOR: &str = "crates/token/tests/jwt/inspector.rs";
const ID_TOKEN: &str = "crates/token/tests/jwt/id_token.rs";
const KEY_SET: &str = "crates/token/tests/jwt/key_set.rs";
const EXPIRES_IN: &str = "crates/token/src/expires_in.rs";
const ANSWERS: &str = "crates/oauth/tests/protocol/answers.rs";
const CARRIER: &str = "crates/oauth/tests/protocol/carrier.rs";
const DISCOVERY: &str = "crates/oauth/tests/protocol/discovery.rs";
const LOOPBACK: &str = "crates/oauth/src/loopback/tests.rs";
const EXPORT: &str = "crates/audit/tests/audit/export.rs";
const HERE: &str = "tests/journeys/tests/engine/bad_inputs.rs";

/// Number, input, file, test.
const TABLE: &[(u8, &str, &str, &str)] = &[
    (
        10,
        "a 2 MB access token",
        ANSWERS,
        "a_two_megabyte_access_token_costs_itself_and_not_the_refresh_token",
    ),
    (
        24,
        "an error with status 200",
        ANSWERS,
        "an_error_with_status_200_is_an_error_in_json_and_as_a_form",
    ),
    (
        30,
        "another `token_type`",
        ANSWERS,
        "another_token_type_costs_the_access_token_alone",
    ),
    (
        1,
        "`alg` none",
        ID_TOKEN,
        "refuses_alg_none_in_any_spelling",
    ),
    (
        1,
        "`alg` none, shown",
        INSPECTOR,
        "says_unsigned_for_every_spelling_of_none_and_for_no_signature",
    ),
    (
        2,
        "HMAC made with the public key",
        ID_TOKEN,
        "refuses_an_hmac_made_with_the_public_key",
    ),
    (3, "hostile `kid`", ID_TOKEN, "a_key_id_is_opaque_and_short"),
    (
        4,
        "no `kid`",
        ID_TOKEN,
        "without_a_key_id_a_single_fitting_key_will_do",
    ),
    (
        5,
        "keys and addresses in the header",
        ID_TOKEN,
        "keys_and_addresses_in_the_header_are_ignored",
    ),
    (
        6,
        "unknown `kid`",
        KEY_SET,
        "an_unknown_key_may_cause_one_fetch_in_five_minutes",
    ),
    (
        6,
        "unknown `kid`, counted",
        HERE,
        "an_unknown_key_causes_one_fetch_and_no_more",
    ),
    (
        7,
        "a broken key among good ones",
        KEY_SET,
        "a_key_that_nobody_understands_costs_only_itself",
    ),
    (
        8,
        "an encrypted token",
        INSPECTOR,
        "says_encrypted_for_five_parts",
    ),
    (
        9,
        "an opaque token",
        INSPECTOR,
        "leaves_opaque_tokens_alone",
    ),
    (
        10,
        "a 2 MB access token",
        HERE,
        "a_two_megabyte_access_token_costs_itself_and_its_refresh_token_works",
    ),
    (
        11,
        "1 MB of dots",
        ID_TOKEN,
        "refuses_what_is_no_signed_token",
    ),
    (
        11,
        "1 MB of dots, pasted",
        "tests/journeys/tests/engine/import.rs",
        "rubbish_is_named_and_nothing_is_kept",
    ),
    (
        12,
        "`exp` with a fraction",
        ID_TOKEN,
        "a_fraction_of_a_second_is_rounded",
    ),
    (13, "`exp` as text", ID_TOKEN, "exp_must_be_a_number"),
    (14, "no `exp`", ID_TOKEN, "exp_must_be_a_number"),
    (
        15,
        "`exp` in milliseconds",
        ID_TOKEN,
        "refuses_an_end_more_than_ten_years_ahead",
    ),
    (
        15,
        "`exp` in milliseconds, shown",
        INSPECTOR,
        "says_what_is_odd_about_a_time",
    ),
    (
        16,
        "not yet valid",
        ID_TOKEN,
        "what_has_not_begun_is_told_apart",
    ),
    (
        17,
        "`aud` in both forms",
        ID_TOKEN,
        "the_audience_is_this_client",
    ),
    (
        18,
        "duplicate claims",
        ID_TOKEN,
        "refuses_anything_that_stands_twice",
    ),
    (
        18,
        "duplicate claims, shown",
        INSPECTOR,
        "shows_both_of_a_claim_that_stands_twice",
    ),
    (
        19,
        "text that is none",
        ID_TOKEN,
        "refuses_text_that_is_no_unicode",
    ),
    (
        19,
        "hostile text, shown",
        INSPECTOR,
        "hostile_text_is_shown_escaped_and_whole",
    ),
    (20, "deep nesting", ID_TOKEN, "refuses_deep_nesting"),
    (
        20,
        "deep nesting, shown",
        INSPECTOR,
        "what_is_nested_too_deep_does_not_hide_the_rest",
    ),
    (
        21,
        "`expires_in` as text",
        EXPIRES_IN,
        "takes_digits_in_a_string_and_flags_them",
    ),
    (
        22,
        "`expires_in` out of bounds",
        EXPIRES_IN,
        "zero_or_less_has_ended_now",
    ),
    (
        22,
        "`expires_in` out of bounds",
        EXPIRES_IN,
        "beyond_ten_years_nobody_knows",
    ),
    (
        22,
        "`expires_in` out of bounds",
        HERE,
        "a_life_of_zero_has_ended_and_one_of_a_thousand_years_is_unknown",
    ),
    (
        23,
        "no new refresh token",
        HERE,
        "no_empty_or_null_refresh_token_keeps_the_old_one",
    ),
    (
        24,
        "an error with status 200",
        HERE,
        "an_error_with_status_200_is_an_error",
    ),
    (
        25,
        "a web page with status 200",
        HERE,
        "a_web_page_in_place_of_an_answer_is_uncertain_and_keeps_everything",
    ),
    (
        26,
        "a bomb",
        HERE,
        "a_packed_answer_that_inflates_beyond_all_bounds_is_uncertain",
    ),
    (
        26,
        "a bomb",
        CARRIER,
        "a_large_body_is_given_up_plain_or_packed",
    ),
    (
        27,
        "a redirect",
        HERE,
        "a_redirect_of_the_token_endpoint_is_never_followed",
    ),
    (
        28,
        "another issuer",
        HERE,
        "a_configuration_of_another_issuer_is_refused_with_both_names",
    ),
    (
        28,
        "another issuer",
        DISCOVERY,
        "a_slash_makes_another_issuer_and_both_are_shown",
    ),
    (
        29,
        "private addresses",
        HERE,
        "private_and_plain_addresses_need_the_users_word",
    ),
    (
        29,
        "private addresses",
        CARRIER,
        "private_addresses_are_refused_before_any_connection",
    ),
    (
        30,
        "another `token_type`",
        HERE,
        "another_token_type_costs_the_access_token_alone",
    ),
    (
        31,
        "another `sub` on refresh",
        HERE,
        "tokens_of_another_account_freeze_the_session",
    ),
    (
        32,
        "a stranger's callback",
        HERE,
        "a_strangers_callback_is_ignored_and_the_sign_in_goes_on",
    ),
    (
        32,
        "a stranger's callback",
        LOOPBACK,
        "strangers_are_answered_and_the_wait_goes_on_until_the_callback",
    ),
    (
        33,
        "a formula",
        EXPORT,
        "no_cell_of_a_table_starts_a_formula",
    ),
    (
        33,
        "markup",
        "ui/src/views/audit/audit.test.ts",
        "shows hostile labels and unknown events as text",
    ),
];

#[test]
fn the_table_is_whole_and_every_test_in_it_exists() -> Result<()> {
    let numbers: BTreeSet<u8> = TABLE.iter().map(|row| row.0).collect();
    assert_eq!(numbers, (1..=33).collect());
    for (number, input, file, test) in TABLE {
        let source = fs::read_to_string(places::root().join(file)).context(*file)?;
        let declaration = if file.ends_with(".rs") {
            format!("fn {test}(")
        } else {
            format!("it('{test}'")
        };
        let declared = source.contains(&declaration);
        ensure!(declared, "{number}, {input}: no test {test} in {file}");
    }
    Ok(())
}
