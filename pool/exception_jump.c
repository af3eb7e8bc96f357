#include "pool/exception_jump.h"

#include <assert.h>

static_assert(offsetof(struct expool_try, is_open) == 0, "read below");
static_assert(offsetof(struct expool_try, leaving) == 8, "counted below");

#define FUNCTION(name, visible, body)                                                              \
    __asm__(".text\n"                                                                              \
            ".globl " name "\n" visible " " name "\n"                                              \
            ".type " name ", %function\n" name ":\n"                                               \
            ".cfi_startproc\n" body ".cfi_endproc\n"                                               \
            ".size " name ", . - " name "\n");

#if defined(__x86_64__)

/* The caller's registers to `at`(%rdi); its stack pointer is the one behind our return address. */
#define SAVE(at)                                                                                   \
    "movq %rbx, " at "+0(%rdi)\n"                                                                  \
    "movq %rbp, " at "+8(%rdi)\n"                                                                  \
    "movq %r12, " at "+16(%rdi)\n"                                                                 \
    "movq %r13, " at "+24(%rdi)\n"                                                                 \
    "movq %r14, " at "+32(%rdi)\n"                                                                 \
    "movq %r15, " at "+40(%rdi)\n"                                                                 \
    "leaq 8(%rsp), %rax\n"                                                                         \
    "movq %rax, " at "+48(%rdi)\n"                                                                 \
    "movq (%rsp), %rax\n"                                                                          \
    "movq %rax, " at "+56(%rdi)\n"

FUNCTION("expool_try_mark", ".globl", SAVE("0") "xorl %eax, %eax\nret\n")

FUNCTION("expool_try_end", ".globl",
         "cmpl $0, (%rdi)\n"
         "jne 1f\n"
         "ret\n"
         "1:\n" SAVE("8") "jmp exception_leave_early\n")

FUNCTION("exception_jump", ".hidden",
         "movl %esi, %eax\n"
         "movq 0(%rdi), %rbx\n"
         "movq 8(%rdi), %rbp\n"
         "movq 16(%rdi), %r12\n"
         "movq 24(%rdi), %r13\n"
         "movq 32(%rdi), %r14\n"
         "movq 40(%rdi), %r15\n"
         "movq 48(%rdi), %rsp\n"
         "jmpq *56(%rdi)\n")

FUNCTION("exception_enter", ".hidden",
         "movq 0(%rdi), %rbp\n"
         "movq 16(%rdi), %rsp\n"
         "jmpq *8(%rdi)\n")

FUNCTION("exception_restore", ".hidden",
         "movq 48(%rdi), %r9\n"
         "leaq -256(%r9), %rsp\n"
         "movq %rdi, %r8\n"
         "movq %r9, %rdi\n"
         "movq %rdx, %rcx\n"
         "rep movsb\n"
         "movq %r8, %rdi\n"
         "movl $1, %esi\n"
         "jmp exception_jump\n")

#elif defined(__aarch64__)

/* The same, to [x0, at]; lr is the return address. */
#define SAVE                                                                                       \
    "stp x19, x20, [x1, #0]\n"                                                                     \
    "stp x21, x22, [x1, #16]\n"                                                                    \
    "stp x23, x24, [x1, #32]\n"                                                                    \
    "stp x25, x26, [x1, #48]\n"                                                                    \
    "stp x27, x28, [x1, #64]\n"                                                                    \
    "stp x29, x30, [x1, #80]\n"                                                                    \
    "mov x2, sp\n"                                                                                 \
    "str x2, [x1, #96]\n"                                                                          \
    "stp d8, d9, [x1, #104]\n"                                                                     \
    "stp d10, d11, [x1, #120]\n"                                                                   \
    "stp d12, d13, [x1, #136]\n"                                                                   \
    "stp d14, d15, [x1, #152]\n"

FUNCTION("expool_try_mark", ".globl", "mov x1, x0\n" SAVE "mov w0, #0\nret\n")

FUNCTION("expool_try_end", ".globl",
         "ldr w1, [x0]\n"
         "cbnz w1, 1f\n"
         "ret\n"
         "1:\n"
         "add x1, x0, #8\n" SAVE "b exception_leave_early\n")

FUNCTION("exception_jump", ".hidden",
         "mov x9, x0\n"
         "mov w0, w1\n"
         "ldp x19, x20, [x9, #0]\n"
         "ldp x21, x22, [x9, #16]\n"
         "ldp x23, x24, [x9, #32]\n"
         "ldp x25, x26, [x9, #48]\n"
         "ldp x27, x28, [x9, #64]\n"
         "ldp x29, x30, [x9, #80]\n"
         "ldr x2, [x9, #96]\n"
         "ldp d8, d9, [x9, #104]\n"
         "ldp d10, d11, [x9, #120]\n"
         "ldp d12, d13, [x9, #136]\n"
         "ldp d14, d15, [x9, #152]\n"
         "mov sp, x2\n"
         "ret\n")

FUNCTION("exception_enter", ".hidden",
         "ldr x29, [x0, #0]\n"
         "ldr x2, [x0, #16]\n"
         "ldr x1, [x0, #8]\n"
         "mov sp, x2\n"
         "br x1\n")

FUNCTION("exception_restore", ".hidden",
         "ldr x9, [x0, #96]\n"
         "sub x10, x9, #256\n"
         "mov sp, x10\n"
         "1: cbz x2, 2f\n"
         "ldrb w3, [x1], #1\n"
         "strb w3, [x9], #1\n"
         "sub x2, x2, #1\n"
         "b 1b\n"
         "2: mov w1, #1\n"
         "b exception_jump\n")

#else
#error "expool knows how to jump on x86-64 and aarch64"
#endif
