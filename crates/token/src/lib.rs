//! What a token is: kinds, claims, validation; the life of a session as pure rules over now.
