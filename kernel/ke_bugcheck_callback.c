/* ke_bugcheck_callback.c - what drivers want done when a bug check ends the program. */
#include "expool/bugcheck_callback.h"
#include "expool/irql.h"

#include "pool/bugcheck.h"
#include "pool/fork.h"
#include "pool/kind.h"
#include "pool/lock.h"

#include <stdbool.h>

static LIST_ENTRY callbacks = {&callbacks, &callbacks};
static LIST_ENTRY reason_callbacks = {&reason_callbacks, &reason_callbacks};
static struct lock lock = LOCK_INITIALIZER;
LOCK_OVER_FORK(lock)

static ULONG_PTR checksum_of(const KBUGCHECK_CALLBACK_RECORD *record)
{
    return (ULONG_PTR)record->CallbackRoutine + (ULONG_PTR)record->Buffer + record->Length +
           (ULONG_PTR)record->Component;
}

/* Without the lock: whoever holds it may be the one who stopped. Records that were overwritten
 * since are passed over. */
static void run_callbacks(void)
{
    irql_current = HIGH_LEVEL;
    for (PLIST_ENTRY entry = callbacks.Flink; entry != &callbacks; entry = entry->Flink) {
        PKBUGCHECK_CALLBACK_RECORD record =
            CONTAINING_RECORD(entry, KBUGCHECK_CALLBACK_RECORD, Entry);
        if (record->State != BufferInserted || record->Checksum != checksum_of(record))
            continue;
        record->State = BufferStarted;
        record->CallbackRoutine(record->Buffer, record->Length);
        record->State = BufferFinished;
    }
}

static bool insert(PLIST_ENTRY list, PLIST_ENTRY entry, PUCHAR state)
{
    bool is_new = *state == BufferEmpty;
    if (is_new) {
        InsertTailList(list, entry);
        *state = BufferInserted;
        bugcheck_at_end(run_callbacks);
    }
    return is_new;
}

static bool take_out(PLIST_ENTRY entry, PUCHAR state)
{
    lock_take(&lock);
    bool was_in = *state == BufferInserted;
    if (was_in) {
        RemoveEntryList(entry);
        *state = BufferEmpty;
    }
    lock_drop(&lock);
    return was_in;
}

BOOLEAN KeRegisterBugCheckCallback(PKBUGCHECK_CALLBACK_RECORD CallbackRecord,
                                   PKBUGCHECK_CALLBACK_ROUTINE CallbackRoutine, PVOID Buffer,
                                   ULONG Length, PUCHAR Component)
{
    lock_take(&lock);
    if (CallbackRecord->State == BufferEmpty) {
        CallbackRecord->CallbackRoutine = CallbackRoutine;
        CallbackRecord->Buffer = Buffer;
        CallbackRecord->Length = Length;
        CallbackRecord->Component = Component;
        CallbackRecord->Checksum = checksum_of(CallbackRecord);
    }
    bool is_new = insert(&callbacks, &CallbackRecord->Entry, &CallbackRecord->State);
    lock_drop(&lock);
    return is_new;
}

BOOLEAN KeDeregisterBugCheckCallback(PKBUGCHECK_CALLBACK_RECORD CallbackRecord)
{
    return take_out(&CallbackRecord->Entry, &CallbackRecord->State);
}

BOOLEAN KeRegisterBugCheckReasonCallback(PKBUGCHECK_REASON_CALLBACK_RECORD CallbackRecord,
                                         PKBUGCHECK_REASON_CALLBACK_ROUTINE CallbackRoutine,
                                         KBUGCHECK_CALLBACK_REASON Reason, PUCHAR Component)
{
    if (Reason < KbCallbackSecondaryDumpData || Reason > KbCallbackTriageDumpData)
        return FALSE;
    lock_take(&lock);
    if (CallbackRecord->State == BufferEmpty) {
        CallbackRecord->CallbackRoutine = CallbackRoutine;
        CallbackRecord->Component = Component;
        CallbackRecord->Reason = Reason;
        CallbackRecord->Checksum =
            (ULONG_PTR)CallbackRoutine + (ULONG_PTR)Reason + (ULONG_PTR)Component;
    }
    bool is_new = insert(&reason_callbacks, &CallbackRecord->Entry, &CallbackRecord->State);
    lock_drop(&lock);
    return is_new;
}

BOOLEAN KeDeregisterBugCheckReasonCallback(PKBUGCHECK_REASON_CALLBACK_RECORD CallbackRecord)
{
    return take_out(&CallbackRecord->Entry, &CallbackRecord->State);
}
