/* expool/flt_port.h - ports by which a filter and a program speak; the program's side is
 * expool_port_* of expool/filter.h. [H] */
#ifndef EXPOOL_FLT_PORT_H
#define EXPOOL_FLT_PORT_H

#include "expool/access.h"
#include "expool/flt_register.h"
#include "expool/object_attributes.h"

typedef NTSTATUS (*PFLT_CONNECT_NOTIFY)(PFLT_PORT ClientPort, PVOID ServerPortCookie,
                                        PVOID ConnectionContext, ULONG SizeOfContext,
                                        PVOID *ConnectionPortCookie);
typedef VOID (*PFLT_DISCONNECT_NOTIFY)(PVOID ConnectionCookie);
typedef NTSTATUS (*PFLT_MESSAGE_NOTIFY)(PVOID PortCookie, PVOID InputBuffer,
                                        ULONG InputBufferLength, PVOID OutputBuffer,
                                        ULONG OutputBufferLength, PULONG ReturnOutputBufferLength);

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* STATUS_OBJECT_NAME_COLLISION; STATUS_INVALID_PARAMETER without OBJ_KERNEL_HANDLE.
 * PASSIVE_LEVEL. [D] */
NTSTATUS FltCreateCommunicationPort(PFLT_FILTER Filter, PFLT_PORT *ServerPort,
                                    POBJECT_ATTRIBUTES ObjectAttributes, PVOID ServerPortCookie,
                                    PFLT_CONNECT_NOTIFY ConnectNotifyCallback,
                                    PFLT_DISCONNECT_NOTIFY DisconnectNotifyCallback,
                                    PFLT_MESSAGE_NOTIFY MessageNotifyCallback, LONG MaxConnections);
/* No new connections; those that are stay. [D] */
VOID FltCloseCommunicationPort(PFLT_PORT ServerPort);
/* Ends a connection; *ClientPort becomes NULL. [D] */
VOID FltCloseClientPort(PFLT_FILTER Filter, PFLT_PORT *ClientPort);

/* Hands the message to the program's expool_port_answer, in this thread, and its reply back.
 * STATUS_PORT_DISCONNECTED; STATUS_TIMEOUT, a success: nobody there to answer - Windows waits for
 * Timeout first [P]. STATUS_BUFFER_OVERFLOW: the reply was cut. At most APC_LEVEL. [D] */
NTSTATUS FltSendMessage(PFLT_FILTER Filter, PFLT_PORT *ClientPort, PVOID SenderBuffer,
                        ULONG SenderBufferLength, PVOID ReplyBuffer, PULONG ReplyLength,
                        PLARGE_INTEGER Timeout);

/* In paged pool. No access is judged by it here [P]. [D] */
NTSTATUS FltBuildDefaultSecurityDescriptor(PSECURITY_DESCRIPTOR *SecurityDescriptor,
                                           ACCESS_MASK DesiredAccess);
VOID FltFreeSecurityDescriptor(PSECURITY_DESCRIPTOR SecurityDescriptor);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
