"""Marks for other systems: each adapter turns a record (derive.course.collate) into the form that its system reads."""
