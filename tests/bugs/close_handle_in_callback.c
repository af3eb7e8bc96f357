/* close_handle_in_callback.c - sets a registry value at APC_LEVEL; its own callback closes a handle
 * there.
 * With an argument it is the near miss. */
#include <ntddk.h>

static NTSTATUS on_registry(PVOID context, PVOID operation, PVOID details)
{
    UNREFERENCED_PARAMETER(details);
    if ((REG_NOTIFY_CLASS)(ULONG_PTR)operation == RegNtPreSetValueKey)
        ZwClose(*(HANDLE *)context);
    return STATUS_SUCCESS;
}

int main(int argc, char **argv)
{
    const BOOLEAN near_miss = argc > 1;
    (void)argv;
    UNICODE_STRING path = RTL_CONSTANT_STRING(u"\\Registry\\Machine\\Software\\Bug");
    UNICODE_STRING name = RTL_CONSTANT_STRING(u"Count");
    OBJECT_ATTRIBUTES attributes;
    HANDLE key, event;
    LARGE_INTEGER cookie;
    ULONG value = 1;
    KIRQL old;
    InitializeObjectAttributes(&attributes, &path, OBJ_KERNEL_HANDLE, NULL, NULL);
    ZwCreateKey(&key, KEY_ALL_ACCESS, &attributes, 0, NULL, REG_OPTION_VOLATILE, NULL);
    ZwCreateEvent(&event, EVENT_ALL_ACCESS, NULL, NotificationEvent, FALSE);
    CmRegisterCallback(on_registry, &event, &cookie);
    KeRaiseIrql(near_miss ? PASSIVE_LEVEL : APC_LEVEL, &old);
    ZwSetValueKey(key, &name, 0, REG_DWORD, &value, sizeof value);
    KeLowerIrql(old);
    CmUnRegisterCallback(cookie);
    ZwClose(key);
    return 0;
}
