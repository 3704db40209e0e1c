//! The paper: plain data in, bytes out.
