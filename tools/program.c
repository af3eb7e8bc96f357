#include "tools/program.h"

#include "tools/elf_file.h"
#include "tools/say.h"
#include "tools/verb.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

enum { SCRIPT_LINE_BYTES = 256, SCRIPTS_MAX = 4 };

static bool is_executable_file(const char *path)
{
    struct stat seen;
    return stat(path, &seen) == 0 && S_ISREG(seen.st_mode) && access(path, X_OK) == 0;
}

/* As execvp: a name with a slash is a path, any other is looked up in PATH. errno says why not. */
static bool find_file(const char *name, char *path)
{
    if (strchr(name, '/') != NULL) {
        (void)snprintf(path, PROGRAM_PATH_BYTES, "%s", name);
        if (is_executable_file(path))
            return true;
        errno = access(path, F_OK) == 0 ? EACCES : ENOENT;
        return false;
    }
    const char *folders = getenv("PATH");
    int why = ENOENT;
    for (folders = folders != NULL ? folders : "/bin:/usr/bin"; *name != 0;) {
        size_t length = strcspn(folders, ":");
        (void)snprintf(path, PROGRAM_PATH_BYTES, "%.*s%s%s", (int)length, folders,
                       length > 0 ? "/" : "./", name);
        if (is_executable_file(path))
            return true;
        if (access(path, F_OK) == 0)
            why = EACCES;
        if (folders[length] == 0)
            break;
        folders += length + 1;
    }
    errno = why;
    return false;
}

static bool changes_rights(const char *path)
{
    struct stat seen;
    if (stat(path, &seen) != 0)
        return false;
    if (((seen.st_mode & S_ISUID) != 0 && seen.st_uid != getuid()) ||
        ((seen.st_mode & S_ISGID) != 0 && (seen.st_mode & S_IXGRP) != 0 && seen.st_gid != getgid()))
        return true;
    return getuid() != 0 && getxattr(path, "security.capability", NULL, 0) > 0;
}

/* The interpreter's name in "#! /usr/bin/env python3"; behind env, the program that it starts. */
static bool read_script_line(const unsigned char *bytes, size_t size, char *interpreter)
{
    char line[SCRIPT_LINE_BYTES];
    size_t length = size < sizeof line - 1 ? size : sizeof line - 1;
    if (size < 2 || bytes[0] != '#' || bytes[1] != '!')
        return false;
    memcpy(line, bytes + 2, length - 2);
    line[length - 2] = 0;
    line[strcspn(line, "\r\n")] = 0;
    char *rest = NULL;
    const char *word = strtok_r(line, " \t", &rest);
    const char *slash = word == NULL ? NULL : strrchr(word, '/');
    if (slash != NULL && strcmp(slash, "/env") == 0) {
        const char *started = strtok_r(NULL, " \t", &rest);
        if (started != NULL && strcmp(started, "-S") == 0)
            started = strtok_r(NULL, " \t", &rest);
        if (started != NULL && started[0] != '-' && strchr(started, '=') == NULL)
            word = started;
    }
    if (word == NULL)
        return false;
    (void)snprintf(interpreter, SCRIPT_LINE_BYTES, "%s", word);
    return true;
}

/* Reads what program->judged names; true: it is a script, and its interpreter is to be judged. */
static bool judge_file(struct program *program, char *interpreter)
{
    bool is_script = false;
    struct stat seen;
    int file = open(program->judged, O_RDONLY | O_CLOEXEC);
    if (file < 0 || fstat(file, &seen) != 0 || seen.st_size == 0) {
        /* May be executed but not read: nothing is known, so nothing is refused. */
        program->is_elf = program->is_dynamic = file < 0;
        if (file >= 0)
            close(file);
        return false;
    }
    size_t size = (size_t)seen.st_size;
    unsigned char *bytes = mmap(NULL, size, PROT_READ, MAP_PRIVATE, file, 0);
    close(file);
    if (bytes == MAP_FAILED)
        return false;
    elf_file_judge(bytes, size, program);
    if (!program->is_elf)
        is_script = read_script_line(bytes, size, interpreter);
    munmap(bytes, size);
    return is_script;
}

int program_find(const char *name, struct program *program)
{
    char interpreter[SCRIPT_LINE_BYTES];
    *program = (struct program){0};
    if (!find_file(name, program->path)) {
        bool is_missing = errno == ENOENT;
        say("'%s': %s", name, strerror(errno));
        return is_missing ? EXIT_NOT_FOUND : EXIT_CANNOT_EXECUTE;
    }
    (void)snprintf(program->judged, sizeof program->judged, "%s", program->path);
    for (unsigned i = 0; i < SCRIPTS_MAX; i++) {
        bool changes = changes_rights(program->judged);
        if (!judge_file(program, interpreter)) {
            program->is_set_id = changes;
            break;
        }
        program->is_script = true; /* set-uid bits of scripts mean nothing */
        if (!find_file(interpreter, program->judged)) {
            say("'%s': its interpreter '%s': %s", name, interpreter, strerror(errno));
            return EXIT_CANNOT_EXECUTE;
        }
    }
    if (!program->is_elf && !program->is_script) {
        (void)snprintf(program->judged, sizeof program->judged, "/bin/sh"); /* as execvp does */
        program->is_script = true;
        judge_file(program, interpreter);
    }
    return 0;
}

const char *program_refusal(const struct program *program)
{
    if (program->is_foreign)
        return "is made for another processor (expool checks 64-bit x86 programs)";
    if (program->is_set_id)
        return "is set-uid, set-gid or has capabilities: the system drops what is preloaded; run a "
               "copy without (cp makes one)";
    if (!program->is_dynamic && !program->has_expool)
        return "is statically linked: there is no malloc to come before; link libexpool.a into it, "
               "or link it dynamically";
    return NULL;
}
