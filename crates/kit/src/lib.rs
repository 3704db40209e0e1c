//! The toolbox: database, clock, secrets, sessions, jobs, mail, languages. Knows no feature.
