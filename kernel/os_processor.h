/* os_processor.h - the machine's processors, numbered from 0. */
#ifndef KERNEL_OS_PROCESSOR_H
#define KERNEL_OS_PROCESSOR_H

unsigned os_processor_count(void);   /* at least 1; the same for the life of the program */
unsigned os_processor_current(void); /* below the count */

#endif
