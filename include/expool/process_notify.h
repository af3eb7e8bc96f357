/* expool/process_notify.h - who is told of processes, threads and images; numbers of processes.
 * There is one process, so that nobody is told anything, unless the host says so
 * (expool_notify_...). [H] */
#ifndef EXPOOL_PROCESS_NOTIFY_H
#define EXPOOL_PROCESS_NOTIFY_H

#include "expool/object.h"
#include "expool/process.h"

typedef VOID CREATE_PROCESS_NOTIFY(HANDLE ParentId, HANDLE ProcessId, BOOLEAN Create);
typedef CREATE_PROCESS_NOTIFY *PCREATE_PROCESS_NOTIFY_ROUTINE;

typedef struct _PS_CREATE_NOTIFY_INFO {
    SIZE_T Size;
    __extension__ union {
        ULONG Flags;
        __extension__ struct {
            ULONG FileOpenNameAvailable : 1;
            ULONG IsSubsystemProcess : 1;
            ULONG Reserved : 30;
        };
    };
    HANDLE ParentProcessId;
    CLIENT_ID CreatingThreadId;
    struct _FILE_OBJECT *FileObject;
    PCUNICODE_STRING ImageFileName;
    PCUNICODE_STRING CommandLine;
    NTSTATUS CreationStatus; /* the routine's: a failure refuses the process */
} PS_CREATE_NOTIFY_INFO, *PPS_CREATE_NOTIFY_INFO;

typedef VOID CREATE_PROCESS_NOTIFY_EX(PEPROCESS Process, HANDLE ProcessId,
                                      PPS_CREATE_NOTIFY_INFO CreateInfo);
typedef CREATE_PROCESS_NOTIFY_EX *PCREATE_PROCESS_NOTIFY_ROUTINE_EX;
typedef VOID CREATE_THREAD_NOTIFY(HANDLE ProcessId, HANDLE ThreadId, BOOLEAN Create);
typedef CREATE_THREAD_NOTIFY *PCREATE_THREAD_NOTIFY_ROUTINE;

typedef struct _IMAGE_INFO {
    __extension__ union {
        ULONG Properties;
        __extension__ struct {
            ULONG ImageAddressingMode : 8;
            ULONG SystemModeImage : 1;
            ULONG ImageMappedToAllPids : 1;
            ULONG ExtendedInfoPresent : 1;
            ULONG MachineTypeMismatch : 1;
            ULONG ImageSignatureLevel : 4;
            ULONG ImageSignatureType : 3;
            ULONG ImagePartialMap : 1;
            ULONG Reserved : 12;
        };
    };
    PVOID ImageBase;
    ULONG ImageSelector;
    SIZE_T ImageSize;
    ULONG ImageSectionNumber;
} IMAGE_INFO, *PIMAGE_INFO;

typedef VOID LOAD_IMAGE_NOTIFY(PUNICODE_STRING FullImageName, HANDLE ProcessId,
                               PIMAGE_INFO ImageInfo);
typedef LOAD_IMAGE_NOTIFY *PLOAD_IMAGE_NOTIFY_ROUTINE;

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* The number of this process, as Linux has it; PsInitialSystemProcess is 4. Any IRQL. [D][P] */
HANDLE PsGetCurrentProcessId(VOID);
HANDLE PsGetProcessId(PEPROCESS Process);
HANDLE PsGetThreadProcessId(PETHREAD Thread);
/* The calling thread's process; of any other thread PsInitialSystemProcess. Any IRQL. [D][P] */
PEPROCESS IoThreadToProcess(PETHREAD Thread);
/* STATUS_INVALID_PARAMETER when it is no number of ours. [D] */
NTSTATUS PsLookupProcessByProcessId(HANDLE ProcessId, PEPROCESS *Process);

/* Up to 64 routines of each kind. STATUS_INVALID_PARAMETER: registered twice, or, Remove, not at
 * all; STATUS_INSUFFICIENT_RESOURCES. PASSIVE_LEVEL. [D] */
NTSTATUS PsSetCreateProcessNotifyRoutine(PCREATE_PROCESS_NOTIFY_ROUTINE NotifyRoutine,
                                         BOOLEAN Remove);
NTSTATUS PsSetCreateProcessNotifyRoutineEx(PCREATE_PROCESS_NOTIFY_ROUTINE_EX NotifyRoutine,
                                           BOOLEAN Remove);
NTSTATUS PsSetCreateThreadNotifyRoutine(PCREATE_THREAD_NOTIFY_ROUTINE NotifyRoutine);
NTSTATUS PsRemoveCreateThreadNotifyRoutine(PCREATE_THREAD_NOTIFY_ROUTINE NotifyRoutine);
NTSTATUS PsSetLoadImageNotifyRoutine(PLOAD_IMAGE_NOTIFY_ROUTINE NotifyRoutine);
NTSTATUS PsRemoveLoadImageNotifyRoutine(PLOAD_IMAGE_NOTIFY_ROUTINE NotifyRoutine);

/* Ours. Tells the routines as if it had happened; a process that a routine refuses gives that
 * status. The process object is the one the calling thread is attached to. `image`, file name and
 * command line at once, may be NULL; letters as for expool_registry_set. */
NTSTATUS expool_notify_process(HANDLE parent, HANDLE process, int is_created, const char *image);
void expool_notify_thread(HANDLE process, HANDLE thread, int is_created);
void expool_notify_image(HANDLE process, const char *name, PIMAGE_INFO image);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
