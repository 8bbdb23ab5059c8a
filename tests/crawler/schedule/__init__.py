"""Tests of `crawler.schedule.timetable`."""
