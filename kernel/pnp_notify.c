/* pnp_notify.c - who watches interfaces and devices. An entry is counted: by its registration, and
 * by each call of its routine that is under way. */
#include "kernel/plug_play.h"

#include "kernel/call_hold.h"
#include "kernel/wide.h"

#include "expool/io.h"
#include "expool/pool.h"
#include "expool/unicode_string.h"
#include "pool/fork.h"
#include "pool/list.h"
#include "pool/util.h"

#include <sched.h>
#include <stdlib.h>

/* Names of our own: a driver's initguid.h defines Windows'. */
static const GUID interface_arrival =
    EXPOOL_GUID_VALUE(0xcb3a4004, 0x46f0, 0x11d0, 0xb0, 0x8f, 0x00, 0x60, 0x97, 0x13, 0x05, 0x3f);
static const GUID interface_removal =
    EXPOOL_GUID_VALUE(0xcb3a4005, 0x46f0, 0x11d0, 0xb0, 0x8f, 0x00, 0x60, 0x97, 0x13, 0x05, 0x3f);
static const GUID target_events[] = {
    [TARGET_QUERY_REMOVE] = EXPOOL_GUID_VALUE(0xcb3a4006, 0x46f0, 0x11d0, 0xb0, 0x8f, 0x00, 0x60,
                                              0x97, 0x13, 0x05, 0x3f),
    [TARGET_REMOVE_CANCELLED] = EXPOOL_GUID_VALUE(0xcb3a4007, 0x46f0, 0x11d0, 0xb0, 0x8f, 0x00,
                                                  0x60, 0x97, 0x13, 0x05, 0x3f),
    [TARGET_REMOVE_COMPLETE] = EXPOOL_GUID_VALUE(0xcb3a4008, 0x46f0, 0x11d0, 0xb0, 0x8f, 0x00, 0x60,
                                                 0x97, 0x13, 0x05, 0x3f),
};

enum { TAG_ENTRY = 'NpnP' };

struct entry {
    struct list link;
    IO_NOTIFICATION_EVENT_CATEGORY category;
    GUID class_guid;
    PFILE_OBJECT file;
    PDEVICE_OBJECT pdo; /* compared only */
    PDRIVER_NOTIFICATION_CALLBACK_ROUTINE routine;
    PVOID context;
    uint64_t number; /* in the order of their making */
    unsigned holds;
    bool is_gone;
};

/* A link that is there. */
struct presence {
    struct list link;
    GUID class_guid;
    UNICODE_STRING name;
    WCHAR text[];
};

static struct {
    struct lock lock;
    struct list entries;
    struct list present;
    uint64_t made;
} watched = {.lock = LOCK_INITIALIZER,
             .entries = {&watched.entries, &watched.entries},
             .present = {&watched.present, &watched.present}};

/* The registration's hold stays, and those of this thread's calls. */
static void keep_own_calls(void)
{
    for (struct list *at = watched.entries.next; at != &watched.entries; at = at->next) {
        struct entry *entry = CONTAINING_RECORD(at, struct entry, link);
        entry->holds = 1 + call_holds_of_thread(&entry->holds);
    }
}
LOCK_OVER_FORK_AND(watched.lock, keep_own_calls)

static _Thread_local unsigned calls_of_thread;

static struct entry *entry_of(struct list *link)
{
    return CONTAINING_RECORD(link, struct entry, link);
}

static void free_unheld_locked(struct entry *entry)
{
    if (entry->holds != 0)
        return;
    list_remove(&entry->link);
    lock_drop(&watched.lock);
    ExFreePoolWithTag(entry, TAG_ENTRY);
    lock_take(&watched.lock);
}

static void let_go_locked(struct entry *entry, struct call_hold *hold)
{
    call_hold_end(hold);
    free_unheld_locked(entry);
}

static NTSTATUS call(struct entry *entry, void *structure)
{
    calls_of_thread++;
    NTSTATUS status = entry->routine(structure, entry->context);
    calls_of_thread--;
    return status;
}

static NTSTATUS call_interface(struct entry *entry, const GUID *event, const UNICODE_STRING *name)
{
    UNICODE_STRING copy = *name;
    DEVICE_INTERFACE_CHANGE_NOTIFICATION change = {.Version = PNP_NOTIFICATION_VERSION,
                                                   .Size = sizeof(change),
                                                   .Event = *event,
                                                   .InterfaceClassGuid = entry->class_guid,
                                                   .SymbolicLinkName = &copy};
    return call(entry, &change);
}

/* Of the n-th link of the class, a copy; false: there are not so many. */
static bool nth_present(const GUID *class_guid, unsigned n, UNICODE_STRING *name)
{
    bool found = false;
    lock_take(&watched.lock);
    for (struct list *at = watched.present.next; at != &watched.present && !found; at = at->next) {
        const struct presence *presence = CONTAINING_RECORD(at, struct presence, link);
        if (!IsEqualGUID(&presence->class_guid, class_guid) || n-- > 0)
            continue;
        name->Buffer = malloc(presence->name.MaximumLength);
        found = name->Buffer != NULL;
        if (found)
            memcpy(name->Buffer, presence->text, presence->name.MaximumLength);
        name->Length = presence->name.Length;
        name->MaximumLength = presence->name.MaximumLength;
    }
    lock_drop(&watched.lock);
    return found;
}

static void tell_present(struct entry *entry)
{
    UNICODE_STRING name = {0, 0, NULL};
    for (unsigned n = 0; nth_present(&entry->class_guid, n, &name); n++) {
        call_interface(entry, &interface_arrival, &name);
        free(name.Buffer);
    }
}

static NTSTATUS fill(struct entry *entry, void *data)
{
    if (entry->category == EventCategoryDeviceInterfaceChange) {
        entry->class_guid = *(const GUID *)data;
        return STATUS_SUCCESS;
    }
    if (entry->category == EventCategoryHardwareProfileChange)
        return STATUS_SUCCESS;
    if (entry->category != EventCategoryTargetDeviceChange)
        return STATUS_INVALID_PARAMETER;
    entry->file = data;
    entry->pdo = IoGetDeviceAttachmentBaseRef(entry->file->DeviceObject);
    ObDereferenceObject(entry->pdo);
    return STATUS_SUCCESS;
}

NTSTATUS IoRegisterPlugPlayNotification(IO_NOTIFICATION_EVENT_CATEGORY EventCategory,
                                        ULONG EventCategoryFlags, PVOID EventCategoryData,
                                        PDRIVER_OBJECT DriverObject,
                                        PDRIVER_NOTIFICATION_CALLBACK_ROUTINE CallbackRoutine,
                                        PVOID Context, PVOID *NotificationEntry)
{
    (void)DriverObject;
    *NotificationEntry = NULL;
    struct entry *entry = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof(*entry), TAG_ENTRY);
    if (entry == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    entry->category = EventCategory;
    entry->routine = CallbackRoutine;
    entry->context = Context;
    entry->holds = 1;
    NTSTATUS status = fill(entry, EventCategoryData);
    if (!NT_SUCCESS(status)) {
        ExFreePoolWithTag(entry, TAG_ENTRY);
        return status;
    }
    lock_take(&watched.lock);
    entry->number = ++watched.made;
    list_push(watched.entries.previous, &entry->link);
    lock_drop(&watched.lock);
    *NotificationEntry = entry;
    if (EventCategory == EventCategoryDeviceInterfaceChange &&
        (EventCategoryFlags & PNPNOTIFY_DEVICE_INTERFACE_INCLUDE_EXISTING_INTERFACES) != 0)
        tell_present(entry);
    return STATUS_SUCCESS;
}

NTSTATUS IoUnregisterPlugPlayNotification(PVOID NotificationEntry)
{
    struct entry *entry = NotificationEntry;
    lock_take(&watched.lock);
    entry->is_gone = true;
    while (entry->holds > 1 && calls_of_thread == 0) {
        lock_drop(&watched.lock);
        sched_yield();
        lock_take(&watched.lock);
    }
    entry->holds--;
    free_unheld_locked(entry);
    lock_drop(&watched.lock);
    return STATUS_SUCCESS;
}

NTSTATUS IoUnregisterPlugPlayNotificationEx(PVOID NotificationEntry)
{
    return IoUnregisterPlugPlayNotification(NotificationEntry);
}

/* What is asked of an entry. */
struct question {
    IO_NOTIFICATION_EVENT_CATEGORY category;
    const GUID *class_guid;
    PDEVICE_OBJECT pdo;
    const GUID *event;
    const UNICODE_STRING *name;
};

static bool concerns(const struct entry *entry, const struct question *question)
{
    if (entry->is_gone || entry->category != question->category)
        return false;
    return question->class_guid != NULL ? IsEqualGUID(&entry->class_guid, question->class_guid)
                                        : entry->pdo == question->pdo;
}

static NTSTATUS put(struct entry *entry, const struct question *question)
{
    if (question->class_guid != NULL)
        return call_interface(entry, question->event, question->name);
    TARGET_DEVICE_REMOVAL_NOTIFICATION removal = {.Version = PNP_NOTIFICATION_VERSION,
                                                  .Size = sizeof(removal),
                                                  .Event = *question->event,
                                                  .FileObject = entry->file};
    return call(entry, &removal);
}

/* The one behind, held; NULL: there is none. */
static struct entry *next_locked(struct list *link, struct call_hold *hold)
{
    if (link->next == &watched.entries)
        return NULL;
    struct entry *next = entry_of(link->next);
    call_hold_begin(hold, &next->holds);
    return next;
}

/* Each entry in its turn, without those made meanwhile; the first failure. */
static NTSTATUS put_to_all(const struct question *question)
{
    NTSTATUS status = STATUS_SUCCESS;
    lock_take(&watched.lock);
    uint64_t last = watched.made;
    struct call_hold holds[2];
    unsigned turn = 0;
    struct entry *entry = next_locked(&watched.entries, &holds[turn]);
    while (entry != NULL) {
        if (entry->number <= last && concerns(entry, question)) {
            lock_drop(&watched.lock);
            NTSTATUS answer = put(entry, question);
            lock_take(&watched.lock);
            status = NT_SUCCESS(status) ? answer : status;
        }
        struct entry *next = next_locked(&entry->link, &holds[!turn]);
        let_go_locked(entry, &holds[turn]);
        turn = !turn;
        entry = next;
    }
    lock_drop(&watched.lock);
    return status;
}

NTSTATUS plug_play_tell_target(PDEVICE_OBJECT pdo, enum target_event event)
{
    return put_to_all(&(struct question){
        .category = EventCategoryTargetDeviceChange, .pdo = pdo, .event = &target_events[event]});
}

/* The class's GUID lies in the link's name, after the second '#'. */
static bool class_of(const UNICODE_STRING *link, GUID *class_guid)
{
    enum { GUID_BYTES = 38 * sizeof(WCHAR) };
    size_t letters = wide_length(link);
    size_t at = 0;
    while (at < letters && link->Buffer[at] != '{')
        at++;
    if ((letters - at) * sizeof(WCHAR) < GUID_BYTES)
        return false;
    const UNICODE_STRING text = {GUID_BYTES, GUID_BYTES, link->Buffer + at};
    return NT_SUCCESS(RtlGUIDFromString(&text, class_guid));
}

static void remember(const UNICODE_STRING *link, const GUID *class_guid)
{
    struct presence *made = malloc(sizeof(*made) + link->Length + sizeof(WCHAR));
    if (made == NULL)
        return; /* who registers later does not hear of it */
    memcpy(made->text, link->Buffer, link->Length);
    made->text[link->Length / sizeof(WCHAR)] = 0;
    made->class_guid = *class_guid;
    made->name = (UNICODE_STRING){link->Length, (USHORT)(link->Length + sizeof(WCHAR)), made->text};
    lock_take(&watched.lock);
    list_push(watched.present.previous, &made->link);
    lock_drop(&watched.lock);
}

static void forget(const UNICODE_STRING *link)
{
    lock_take(&watched.lock);
    for (struct list *at = watched.present.next; at != &watched.present; at = at->next) {
        struct presence *presence = CONTAINING_RECORD(at, struct presence, link);
        if (presence->name.Length != link->Length ||
            !wide_equal(presence->text, link->Buffer, wide_length(link)))
            continue;
        list_remove(&presence->link);
        free(presence);
        break;
    }
    lock_drop(&watched.lock);
}

void plug_play_tell_interface(const UNICODE_STRING *link, bool is_there)
{
    GUID class_guid;
    if (!class_of(link, &class_guid))
        return;
    if (is_there)
        remember(link, &class_guid);
    else
        forget(link);
    put_to_all(&(struct question){.category = EventCategoryDeviceInterfaceChange,
                                  .class_guid = &class_guid,
                                  .event = is_there ? &interface_arrival : &interface_removal,
                                  .name = link});
}
