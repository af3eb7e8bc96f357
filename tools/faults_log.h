/* faults_log.h - what the reports in a run's stderr come to. */
#ifndef TOOLS_FAULTS_LOG_H
#define TOOLS_FAULTS_LOG_H

struct faults_log {
    unsigned bug_checks;
    unsigned long leaked_blocks;
    char refusal[160]; /* the first line "expool: ..."; "" none */
    char summary[160]; /* of the first bug check, else of the first leak; "" neither */
};

/* A log that is not there is an empty one. */
void faults_log_read(const char *path, struct faults_log *log);

#endif
