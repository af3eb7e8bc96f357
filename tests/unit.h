/* unit.h - several tests/test_*.c in one program, which runs the file it is called as: each name is
 * a hard link, and reports, which name the program, name the test. */
#ifndef TESTS_UNIT_H
#define TESTS_UNIT_H

/* From a constructor of `file`: its tests are `name`, run by `run`, which returns main's status. */
void unit_add(const char *file, const char *name, int (*run)(const char *name));

#endif
