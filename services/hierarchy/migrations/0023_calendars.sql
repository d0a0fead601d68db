-- Production calendars of a five-day week, by year. `basis`: what a year stands on, where that is not a decree.
CREATE TABLE calendar (
    year      int    PRIMARY KEY CHECK (year BETWEEN 2000 AND 2999),
    version   int    NOT NULL CHECK (version > 0),
    days_off  date[] NOT NULL,
    worked    date[] NOT NULL,
    shortened date[] NOT NULL,
    basis     text   NOT NULL DEFAULT ''
);
