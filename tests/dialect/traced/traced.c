/* WPP traces, a header in other letters, a path with a backslash: tools/driver-overlay.sh. */
#include <Ntifs.h>
#include "Traced.H"
#include "inner\trace.h"
#include "traced.tmh"

NTSTATUS
TracedStart(
    _In_ PDRIVER_OBJECT DriverObject,
    _In_ PUNICODE_STRING RegistryPath
    )
{
    WPP_INIT_TRACING(DriverObject, RegistryPath);
    TraceEvents(TRACE_LEVEL_INFORMATION, TRACE_DRIVER, "%!FUNC! Entry %wZ", RegistryPath);
    DoTraceMessage(TRACE_DRIVER, "kind %d", TRACED_KIND);
    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(RegistryPath);
    TraceExit("done");
    WPP_CLEANUP(DriverObject);
    return STATUS_SUCCESS;
}

int main(void)
{
    return NT_SUCCESS(TracedStart(NULL, NULL)) ? 0 : 1;
}
