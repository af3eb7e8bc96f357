/* execute_alone.c - scenes that leave something behind, or end the program. */
#include "fuzz/execute.h"
#include "fuzz/scenes.h"

#include "expool/driver.h"
#include "expool/host.h"
#include "expool/statistics.h"
#include "expool/verifier.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static struct {
    const struct op *op;
    void *block;
    void *late;
} driver;

EXECUTION_FREES static VOID unload(PDRIVER_OBJECT object)
{
    UNREFERENCED_PARAMETER(object);
    if (scene_of(driver.op) == SCENE_DRIVER_LEAKS)
        return;
    driver.late = ExAllocatePool2(POOL_FLAG_PAGED, driver.op->size, model_tag(1));
    if (driver.late != NULL)
        ExFreePoolWithTag(driver.late, model_tag(1));
    ExFreePoolWithTag(driver.block, model_tag(0));
}

EXECUTION_ALLOCATES static NTSTATUS enter(PDRIVER_OBJECT object, PUNICODE_STRING path)
{
    UNREFERENCED_PARAMETER(path);
    object->DriverUnload = unload;
    driver.block = ExAllocatePool2(POOL_FLAG_NON_PAGED, driver.op->size, model_tag(0));
    return driver.block != NULL ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
}

EXECUTION_FREES static void run_driver(struct execution *execution, const struct op *op)
{
    PDRIVER_OBJECT object;
    driver.op = op;
    if (expool_driver_load(enter, "fuzz", &object) != STATUS_SUCCESS ||
        expool_driver_unload(object) != STATUS_SUCCESS)
        execution->complaint = "a driver cannot be loaded and unloaded";
    else if (scene_of(op) == SCENE_DRIVER_LEAKS)
        ExFreePoolWithTag(driver.block, model_tag(0));
}

EXECUTION_ALLOCATES static bool use_pools(const struct op *op)
{
    unsigned char *block =
        ExAllocatePoolWithTag(execution_pool_type(op->pool), op->size, model_tag(2));
    if (block == NULL)
        return false;
    block[0] = block[op->size - 1] = 1;
    ExFreePoolWithTag(block, model_tag(2));
    return expool_pool_check() == NULL;
}

static void run_child(struct execution *execution, const struct op *op)
{
    int status = 1;
    pid_t child = fork();
    if (child == 0)
        _exit(use_pools(op) ? EXIT_SUCCESS : EXIT_FAILURE);
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
        execution->complaint = "a child of fork cannot use the pools";
    else if (!use_pools(op))
        execution->complaint = "after a fork the pools are not sound";
}

EXECUTION_ALLOCATES static void take_contiguous(struct execution *execution, const struct op *op)
{
    PHYSICAL_ADDRESS highest = {.QuadPart = -1};
    unsigned char *memory = MmAllocateContiguousMemory(op->size, highest);
    if (memory == NULL || (ULONG_PTR)memory % PAGE_SIZE != 0) {
        execution->complaint = "no contiguous memory, or not at a page's start";
        return;
    }
    memory[0] = memory[op->size - 1] = 1;
    MmFreeContiguousMemory(memory);
}

EXECUTION_ALLOCATES static void give_wrongly(const struct op *op)
{
    void *block = ExAllocatePoolWithTag(NonPagedPoolNx, op->size, model_tag(0));
    MmFreeContiguousMemory(block);
    ExFreePoolWithTag(block, model_tag(0));
}

static bool refuse(const struct expool_call *call, void *context)
{
    *(unsigned *)context += call->frame_count > 0;
    return true;
}

EXECUTION_ALLOCATES static void let_host_refuse(struct execution *execution, const struct op *op)
{
    unsigned asked = 0;
    expool_on_call(refuse, &asked);
    void *block = ExAllocatePoolWithTag(execution_pool_type(op->pool), op->size, model_tag(0));
    expool_on_call(NULL, NULL);
    if (block != NULL || asked != 1)
        execution->complaint = "a request that the host refuses gets memory, or he was not asked";
}

static void stop(const struct op *op)
{
    if (op->size % 2 == 0)
        KeBugCheck(SCENE_STOP_CODE);
    KeBugCheckEx(SCENE_STOP_CODE, op->size, 2, 3, 4);
}

/* Nobody can go on behind it. */
EXECUTION_ALLOCATES static void fault(void)
{
    unsigned char byte;
    unsigned char *block = ExAllocatePoolWithTag(NonPagedPoolNx, PAGE_SIZE, model_tag(0));
    if (expool_options_set("catch_faults=1") == 0 && block != NULL)
        (void)expool_probe_read(block + SCENE_FAR, &byte);
}

void execute_scene_alone(struct execution *execution, const struct op *op)
{
    enum { UNCAUGHT = (int)0xE0000001, LINE = 7 };
    static char words[] = "scene";
    switch (scene_of(op)) {
    case SCENE_DRIVER_LEAKS:
    case SCENE_DRIVER_LATE: run_driver(execution, op); break;
    case SCENE_FORK: run_child(execution, op); break;
    case SCENE_CONTIGUOUS: take_contiguous(execution, op); break;
    case SCENE_CONTIGUOUS_WRONG: give_wrongly(op); break;
    case SCENE_ASKED_BY_HOST: let_host_refuse(execution, op); break;
    case SCENE_ASSERTION: RtlAssert(words, words, LINE, words); break;
    case SCENE_RAISE_UNCAUGHT: ExRaiseStatus((NTSTATUS)UNCAUGHT);
    case SCENE_HEADER: execute_scene_header(execution, op); break;
    case SCENE_FAULT: fault(); break;
    case SCENE_BUGCHECK: stop(op); break;
    default: break;
    }
}
