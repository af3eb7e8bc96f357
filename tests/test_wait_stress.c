/* Many threads wait and signal at random; nothing is lost and nothing is made. */
#include "tests/expect.h"
#include "tests/threads.h"

#include "expool/event.h"
#include "expool/mutex.h"

enum { THREADS = 8, ROUNDS = 1500, SEMAPHORES = 4, COUNT_AT_START = 3 };

static KSEMAPHORE semaphores[SEMAPHORES];
static KMUTEX mutex;
static KEVENT turn[2];
static unsigned long guarded;
static LONG inside;

static unsigned draw(unsigned *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 16;
}

static void give_back(PKSEMAPHORE semaphore)
{
    KeReleaseSemaphore(semaphore, 0, 1, FALSE);
}

/* Takes one, any of two, or both and the mutex; gives all of it back. */
static unsigned long one_round(unsigned *state)
{
    unsigned first = draw(state) % SEMAPHORES;
    unsigned second = (first + 1 + draw(state) % (SEMAPHORES - 1)) % SEMAPHORES;
    PVOID objects[3] = {&semaphores[first], &semaphores[second], &mutex};
    WAIT_TYPE type = draw(state) % 2 == 0 ? WaitAll : WaitAny;
    ULONG count = type == WaitAll ? 3 : 2;
    LARGE_INTEGER timeout = {.QuadPart = -(LONGLONG)(draw(state) % 5000)};
    NTSTATUS status = KeWaitForMultipleObjects(count, objects, type, Executive, KernelMode, FALSE,
                                               draw(state) % 4 == 0 ? NULL : &timeout, NULL);
    if (status == STATUS_TIMEOUT)
        return 0;
    if (type == WaitAny) {
        give_back(objects[status - STATUS_WAIT_0]);
        return 0;
    }
    guarded++;
    bool is_alone = __atomic_add_fetch(&inside, 1, __ATOMIC_RELAXED) == 1;
    __atomic_sub_fetch(&inside, 1, __ATOMIC_RELAXED);
    KeReleaseMutex(&mutex, FALSE);
    give_back(&semaphores[second]);
    give_back(&semaphores[first]);
    return is_alone ? 1 : 1000000;
}

static void *work(void *seed)
{
    unsigned state = (unsigned)(uintptr_t)seed;
    uintptr_t taken = 0;
    for (unsigned i = 0; i < ROUNDS; i++)
        taken += one_round(&state);
    return (void *)taken;
}

TEST(nothing_is_lost_and_nothing_is_made)
{
    pthread_t threads[THREADS];
    uintptr_t taken = 0;
    KeInitializeMutex(&mutex, 0);
    for (unsigned i = 0; i < SEMAPHORES; i++)
        KeInitializeSemaphore(&semaphores[i], COUNT_AT_START, COUNT_AT_START);
    for (unsigned i = 0; i < THREADS; i++)
        threads[i] = start(work, (void *)(uintptr_t)(i + 1));
    for (unsigned i = 0; i < THREADS; i++)
        taken += joined(threads[i]);
    EXPECT_EQUAL(guarded, taken);
    EXPECT(taken > 0);
    EXPECT_EQUAL(KeReadStateMutex(&mutex), 1);
    for (unsigned i = 0; i < SEMAPHORES; i++)
        EXPECT_EQUAL(KeReadStateSemaphore(&semaphores[i]), COUNT_AT_START);
}

static void *play(void *side)
{
    unsigned mine = (unsigned)(uintptr_t)side;
    for (unsigned i = 0; i < ROUNDS; i++) {
        KeWaitForSingleObject(&turn[mine], Executive, KernelMode, FALSE, NULL);
        guarded++;
        KeSetEvent(&turn[1 - mine], IO_NO_INCREMENT, FALSE);
    }
    return NULL;
}

TEST(two_threads_take_turns)
{
    KeInitializeEvent(&turn[0], SynchronizationEvent, TRUE);
    KeInitializeEvent(&turn[1], SynchronizationEvent, FALSE);
    pthread_t first = start(play, (void *)0);
    pthread_t second = start(play, (void *)1);
    joined(first);
    joined(second);
    EXPECT_EQUAL(guarded, 2 * ROUNDS);
}

TESTS_MAIN("wait_stress")
