//! Carafe renders, checks and tests the webhook bodies of customer-engagement platforms.
#![deny(missing_docs)]
#![deny(unsafe_code)]
