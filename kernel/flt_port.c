/* flt_port.c - ports between filters and programs.
 *
 *   server port (a filter's, with a name) -> connection: the filter's client port on one side, the
 *   program's expool_port on the other
 *
 * ports.lock guards the lists and who still has a connection; nothing is called under it. */
#include "expool/flt_port.h"

#include "kernel/driver_name.h"
#include "kernel/flt.h"
#include "kernel/pool_size.h"

#include "expool/filter.h"
#include "expool/security.h"
#include "expool/unicode_string.h"
#include "pool/fork.h"

#include <stdlib.h>
#include <string.h>

/* A server port or a filter's end of a connection. */
struct _FLT_PORT {
    struct list link; /* server ports */
    PFLT_FILTER filter;
    UNICODE_STRING name; /* of a server port, behind it */
    void *cookie;        /* of the server port; of the connection */
    PFLT_CONNECT_NOTIFY connect;
    PFLT_DISCONNECT_NOTIFY disconnect;
    PFLT_MESSAGE_NOTIFY message;
    LONG connections_left;
    PFLT_PORT server; /* of a connection; NULL: it is closed */
    struct expool_port *program;
};

/* The program's end: its own memory. */
struct expool_port {
    PFLT_PORT client; /* NULL: the filter has closed it */
    PFLT_MESSAGE_NOTIFY message;
    PFLT_DISCONNECT_NOTIFY disconnect;
    void *cookie;
    expool_port_answer *answer;
    void *context;
    unsigned users; /* in an answer */
};

static struct {
    struct lock lock;
    struct list servers;
} ports = {LOCK_INITIALIZER, {&ports.servers, &ports.servers}};
LOCK_OVER_FORK(ports.lock)

static PFLT_PORT find_locked(PCUNICODE_STRING name)
{
    for (struct list *at = ports.servers.next; at != &ports.servers; at = at->next)
        if (RtlEqualUnicodeString(&LIST_OWNER(at, struct _FLT_PORT, link)->name, name, TRUE))
            return LIST_OWNER(at, struct _FLT_PORT, link);
    return NULL;
}

NTSTATUS FltCreateCommunicationPort(PFLT_FILTER Filter, PFLT_PORT *ServerPort,
                                    POBJECT_ATTRIBUTES ObjectAttributes, PVOID ServerPortCookie,
                                    PFLT_CONNECT_NOTIFY ConnectNotifyCallback,
                                    PFLT_DISCONNECT_NOTIFY DisconnectNotifyCallback,
                                    PFLT_MESSAGE_NOTIFY MessageNotifyCallback, LONG MaxConnections)
{
    PCUNICODE_STRING name = ObjectAttributes->ObjectName;
    *ServerPort = NULL;
    if ((ObjectAttributes->Attributes & OBJ_KERNEL_HANDLE) == 0 || name == NULL ||
        MaxConnections <= 0)
        return STATUS_INVALID_PARAMETER;
    PFLT_PORT port =
        ExAllocatePool2(POOL_FLAG_NON_PAGED, POOL_SIZE(sizeof(*port) + name->Length), TAG_FLT_PORT);
    if (port == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    *port = (struct _FLT_PORT){.filter = Filter,
                               .name = {0, name->Length, (PWCH)(port + 1)},
                               .cookie = ServerPortCookie,
                               .connect = ConnectNotifyCallback,
                               .disconnect = DisconnectNotifyCallback,
                               .message = MessageNotifyCallback,
                               .connections_left = MaxConnections};
    RtlCopyUnicodeString(&port->name, name);
    lock_take(&ports.lock);
    bool is_taken = find_locked(name) != NULL;
    if (!is_taken)
        list_push(&ports.servers, &port->link);
    lock_drop(&ports.lock);
    if (is_taken) {
        ExFreePoolWithTag(port, TAG_FLT_PORT);
        return STATUS_OBJECT_NAME_COLLISION;
    }
    *ServerPort = port;
    return STATUS_SUCCESS;
}

VOID FltCloseCommunicationPort(PFLT_PORT ServerPort)
{
    lock_take(&ports.lock);
    list_remove(&ServerPort->link);
    lock_drop(&ports.lock);
    ExFreePoolWithTag(ServerPort, TAG_FLT_PORT);
}

VOID FltCloseClientPort(PFLT_FILTER Filter, PFLT_PORT *ClientPort)
{
    (void)Filter;
    lock_take(&ports.lock);
    PFLT_PORT client = *ClientPort;
    *ClientPort = NULL;
    if (client != NULL && client->program != NULL)
        client->program->client = NULL;
    PFLT_PORT server = client != NULL ? find_locked(&client->name) : NULL;
    if (server != NULL && server == client->server)
        server->connections_left++;
    lock_drop(&ports.lock);
    if (client != NULL)
        ExFreePoolWithTag(client, TAG_FLT_PORT);
}

NTSTATUS FltSendMessage(PFLT_FILTER Filter, PFLT_PORT *ClientPort, PVOID SenderBuffer,
                        ULONG SenderBufferLength, PVOID ReplyBuffer, PULONG ReplyLength,
                        PLARGE_INTEGER Timeout)
{
    (void)Filter;
    (void)Timeout;
    lock_take(&ports.lock);
    struct expool_port *program = *ClientPort != NULL ? (*ClientPort)->program : NULL;
    expool_port_answer *answer = program != NULL ? program->answer : NULL;
    void *context = program != NULL ? program->context : NULL;
    if (program != NULL)
        program->users++;
    lock_drop(&ports.lock);
    if (program == NULL)
        return STATUS_PORT_DISCONNECTED;
    uint32_t room = ReplyBuffer != NULL && ReplyLength != NULL ? *ReplyLength : 0;
    uint32_t bytes = room;
    if (answer != NULL)
        answer(context, SenderBuffer, SenderBufferLength, ReplyBuffer, &bytes);
    lock_take(&ports.lock);
    program->users--;
    lock_drop(&ports.lock);
    if (answer == NULL)
        return STATUS_TIMEOUT;
    if (ReplyLength != NULL)
        *ReplyLength = min(bytes, room);
    return bytes > room ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS;
}

/* The filter's end of a new connection; NULL: no memory. */
static PFLT_PORT client_make(PFLT_PORT server, struct expool_port *program)
{
    PFLT_PORT client = ExAllocatePool2(
        POOL_FLAG_NON_PAGED, POOL_SIZE(sizeof(*client) + server->name.Length), TAG_FLT_PORT);
    if (client == NULL)
        return NULL;
    *client = (struct _FLT_PORT){.filter = server->filter,
                                 .name = {0, server->name.Length, (PWCH)(client + 1)},
                                 .server = server,
                                 .program = program};
    RtlCopyUnicodeString(&client->name, &server->name);
    return client;
}

static NTSTATUS connect_to(PFLT_PORT server, struct expool_port *program, const void *context,
                           uint16_t context_bytes)
{
    PFLT_PORT client = client_make(server, program);
    if (client == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    program->client = client;
    program->message = server->message;
    program->disconnect = server->disconnect;
    NTSTATUS status = server->connect(client, server->cookie, (PVOID)(uintptr_t)context,
                                      context_bytes, &program->cookie);
    if (NT_SUCCESS(status))
        return status;
    program->client = NULL;
    ExFreePoolWithTag(client, TAG_FLT_PORT);
    return status;
}

NTSTATUS expool_port_connect(const char *name, const void *context, uint16_t context_bytes,
                             struct expool_port **port)
{
    struct wide_name wide;
    *port = calloc(1, sizeof(**port));
    if (*port == NULL || !wide_name_make(&wide, "", name)) {
        free(*port);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    NTSTATUS status = STATUS_OBJECT_NAME_NOT_FOUND;
    lock_take(&ports.lock);
    PFLT_PORT server = find_locked(&wide.text);
    if (server != NULL)
        status = server->connections_left > 0 ? STATUS_SUCCESS : STATUS_CONNECTION_COUNT_LIMIT;
    if (NT_SUCCESS(status))
        server->connections_left--;
    lock_drop(&ports.lock);
    wide_name_free(&wide);
    if (NT_SUCCESS(status)) {
        status = connect_to(server, *port, context, context_bytes);
        if (!NT_SUCCESS(status))
            __atomic_add_fetch(&server->connections_left, 1, __ATOMIC_RELAXED);
    }
    if (NT_SUCCESS(status))
        return status;
    free(*port);
    *port = NULL;
    return status;
}

NTSTATUS expool_port_send(struct expool_port *port, const void *input, uint32_t input_bytes,
                          void *output, uint32_t output_bytes, uint32_t *returned_bytes)
{
    ULONG returned = 0;
    lock_take(&ports.lock);
    bool is_open = port->client != NULL;
    lock_drop(&ports.lock);
    if (!is_open)
        return STATUS_PORT_DISCONNECTED;
    if (port->message == NULL)
        return STATUS_NOT_IMPLEMENTED;
    NTSTATUS status = port->message(port->cookie, (PVOID)(uintptr_t)input, input_bytes, output,
                                    output_bytes, &returned);
    if (returned_bytes != NULL)
        *returned_bytes = returned;
    return status;
}

void expool_port_on_message(struct expool_port *port, expool_port_answer *answer, void *context)
{
    lock_take(&ports.lock);
    port->answer = answer;
    port->context = context;
    lock_drop(&ports.lock);
}

void expool_port_close(struct expool_port *port)
{
    enum { LOOK_AGAIN_100NS = 1000 };
    lock_take(&ports.lock);
    PFLT_PORT client = port->client;
    if (client != NULL)
        client->program = NULL;
    lock_drop(&ports.lock);
    LARGE_INTEGER pause = {.QuadPart = -LOOK_AGAIN_100NS};
    while (__atomic_load_n(&port->users, __ATOMIC_ACQUIRE) != 0)
        KeDelayExecutionThread(KernelMode, FALSE, &pause);
    if (client != NULL && port->disconnect != NULL)
        port->disconnect(port->cookie);
    free(port);
}

NTSTATUS FltBuildDefaultSecurityDescriptor(PSECURITY_DESCRIPTOR *SecurityDescriptor,
                                           ACCESS_MASK DesiredAccess)
{
    (void)DesiredAccess;
    *SecurityDescriptor =
        ExAllocatePool2(POOL_FLAG_PAGED, POOL_SIZE(sizeof(SECURITY_DESCRIPTOR)), TAG_FLT_SECURITY);
    if (*SecurityDescriptor == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    return RtlCreateSecurityDescriptor(*SecurityDescriptor, SECURITY_DESCRIPTOR_REVISION);
}

VOID FltFreeSecurityDescriptor(PSECURITY_DESCRIPTOR SecurityDescriptor)
{
    ExFreePoolWithTag(SecurityDescriptor, TAG_FLT_SECURITY);
}
