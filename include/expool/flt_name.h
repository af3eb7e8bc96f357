/* expool/flt_name.h - what the file of an operation is called:
 *   \Device\Volume1\folder\file.txt:stream
 *   | Volume       | ParentDir    | FinalComponent, with Extension and Stream
 * The name is the volume's and what the file object was opened with: links, short names and case
 * are not resolved, so opened and normalized names are the same [P]. [H] */
#ifndef EXPOOL_FLT_NAME_H
#define EXPOOL_FLT_NAME_H

#include "expool/flt_register.h"

typedef USHORT FLT_FILE_NAME_PARSED_FLAGS;
#define FLTFL_FILE_NAME_PARSED_FINAL_COMPONENT 0x0001
#define FLTFL_FILE_NAME_PARSED_EXTENSION       0x0002
#define FLTFL_FILE_NAME_PARSED_STREAM          0x0004
#define FLTFL_FILE_NAME_PARSED_PARENT_DIR      0x0008

#define FLT_VALID_FILE_NAME_FORMATS       0x000000ff
#define FLT_FILE_NAME_NORMALIZED          0x01
#define FLT_FILE_NAME_OPENED              0x02
#define FLT_FILE_NAME_SHORT               0x03
#define FltGetFileNameFormat(NameOptions) ((NameOptions)&FLT_VALID_FILE_NAME_FORMATS)

#define FLT_VALID_FILE_NAME_QUERY_METHODS             0x0000ff00
#define FLT_FILE_NAME_QUERY_DEFAULT                   0x0100
#define FLT_FILE_NAME_QUERY_CACHE_ONLY                0x0200
#define FLT_FILE_NAME_QUERY_FILESYSTEM_ONLY           0x0300
#define FLT_FILE_NAME_QUERY_ALWAYS_ALLOW_CACHE_LOOKUP 0x0400

#define FltGetFileNameQueryMethod(NameOptions) ((NameOptions)&FLT_VALID_FILE_NAME_QUERY_METHODS)

#define FLT_VALID_FILE_NAME_FLAGS                   0xff000000
#define FLT_FILE_NAME_REQUEST_FROM_CURRENT_PROVIDER 0x01000000
#define FLT_FILE_NAME_DO_NOT_CACHE                  0x02000000
#define FLT_FILE_NAME_ALLOW_QUERY_ON_REPARSE        0x04000000
#define FLTFL_NORMALIZE_NAME_CASE_SENSITIVE         0x01
#define FLTFL_NORMALIZE_NAME_DESTINATION_FILE_NAME  0x02

typedef struct _FLT_FILE_NAME_INFORMATION {
    USHORT Size;
    FLT_FILE_NAME_PARSED_FLAGS NamesParsed;
    FLT_FILE_NAME_OPTIONS Format;
    UNICODE_STRING Name;
    UNICODE_STRING Volume;
    UNICODE_STRING Share;
    UNICODE_STRING Extension;
    UNICODE_STRING Stream;
    UNICODE_STRING FinalComponent;
    UNICODE_STRING ParentDir;
} FLT_FILE_NAME_INFORMATION, *PFLT_FILE_NAME_INFORMATION;

struct _FLT_NAME_CONTROL {
    UNICODE_STRING Name;
};

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Counted, in paged pool; Volume is filled, the other parts by FltParseFileNameInformation.
 * STATUS_FLT_INVALID_NAME_REQUEST: no file object, or one opened by its number;
 * STATUS_NOT_SUPPORTED: short names; STATUS_FLT_NAME_CACHE_MISS: FLT_FILE_NAME_QUERY_CACHE_ONLY,
 * for nothing is kept [P]; STATUS_INSUFFICIENT_RESOURCES. At most APC_LEVEL. [D] */
NTSTATUS FltGetFileNameInformation(PFLT_CALLBACK_DATA CallbackData,
                                   FLT_FILE_NAME_OPTIONS NameOptions,
                                   PFLT_FILE_NAME_INFORMATION *NameInformation);
NTSTATUS FltGetFileNameInformationUnsafe(PFILE_OBJECT FileObject, PFLT_INSTANCE Instance,
                                         FLT_FILE_NAME_OPTIONS NameOptions,
                                         PFLT_FILE_NAME_INFORMATION *NameInformation);
/* Of a rename or link: FileName as it is in the request, beside RootDirectory's or the file's own
 * folder. [D] */
NTSTATUS FltGetDestinationFileNameInformation(PFLT_INSTANCE Instance, PFILE_OBJECT FileObject,
                                              HANDLE RootDirectory, PWSTR FileName,
                                              ULONG FileNameLength,
                                              FLT_FILE_NAME_OPTIONS NameOptions,
                                              PFLT_FILE_NAME_INFORMATION *RetFileNameInformation);
VOID FltReferenceFileNameInformation(PFLT_FILE_NAME_INFORMATION NameInformation);
VOID FltReleaseFileNameInformation(PFLT_FILE_NAME_INFORMATION NameInformation);

/* STATUS_INVALID_PARAMETER: the name is none. [D] */
NTSTATUS FltParseFileNameInformation(PFLT_FILE_NAME_INFORMATION NameInformation);
NTSTATUS FltParseFileName(PCUNICODE_STRING FileName, PUNICODE_STRING Extension,
                          PUNICODE_STRING Stream, PUNICODE_STRING FinalComponent);
/* STATUS_SUCCESS and NULL: no name is ever tunnelled here. [D][P] */
NTSTATUS FltGetTunneledName(PFLT_CALLBACK_DATA CallbackData,
                            PFLT_FILE_NAME_INFORMATION NameInformation,
                            PFLT_FILE_NAME_INFORMATION *RetTunneledFileNameInformation);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
