/* signals.h - a driver that runs into nothing: wild pointers, divisions by 0, stacks overrun. What
 * the library does not know as the pools' comes here, behind its own handler; the program is shown,
 * then AddressSanitizer's report, or a bug check 0x1E that begins at the instruction. */
#ifndef FUZZ_KIT_SIGNALS_H
#define FUZZ_KIT_SIGNALS_H

/* Before the verifier starts: its handler goes in front of these. */
void kit_signals_start(void);

#endif
