#include "fuzz/kit/own_operations.h"

#include "fuzz/kit/host.h"
#include "fuzz/kit/table.h"

enum { READ_MAX = 1024 };

static void call_open(const struct kit_value *values)
{
    kit_host_open((unsigned)values[0].u64);
}

static void call_close(const struct kit_value *values)
{
    kit_host_close((unsigned)values[0].u64);
}

static void call_cancel(const struct kit_value *values)
{
    kit_host_cancel((unsigned)values[0].u64);
}

static void call_ioctl(const struct kit_value *values)
{
    uint8_t output[KIT_BYTES_MAX];
    kit_ioctl((uint32_t)values[0].u64, values[2].bytes.data, values[2].bytes.length, output,
              (size_t)values[1].u64);
}

static void call_read(const struct kit_value *values)
{
    uint8_t buffer[READ_MAX];
    kit_read(buffer, (size_t)values[0].u64, values[1].u64);
}

static void call_write(const struct kit_value *values)
{
    kit_write(values[1].bytes.data, values[1].bytes.length, values[0].u64);
}

/* Only what a plug-and-play manager does, in its order. */
static void call_pnp(const struct kit_value *values)
{
    static const unsigned char steps[][3] = {
        {IRP_MN_QUERY_STOP_DEVICE, IRP_MN_STOP_DEVICE, IRP_MN_START_DEVICE},
        {IRP_MN_QUERY_STOP_DEVICE, IRP_MN_CANCEL_STOP_DEVICE, IRP_MN_QUERY_PNP_DEVICE_STATE},
        {IRP_MN_QUERY_REMOVE_DEVICE, IRP_MN_CANCEL_REMOVE_DEVICE, IRP_MN_QUERY_PNP_DEVICE_STATE},
    };
    NTSTATUS status = kit_pnp(steps[values[0].u64][0]);
    if (NT_SUCCESS(status))
        status = kit_pnp(steps[values[0].u64][1]);
    if (NT_SUCCESS(status))
        kit_pnp(steps[values[0].u64][2]);
}

static void call_elapse(const struct kit_value *values)
{
    (void)values;
    kit_host_elapse();
}

static const struct kit_operation own[] = {
    {"open", call_open, 1, {{"file", KIT_KIND_HANDLE, 0, NULL}}},
    {"close", call_close, 1, {{"file", KIT_KIND_HANDLE, 0, NULL}}},
    {"cancel", call_cancel, 1, {{"file", KIT_KIND_HANDLE, 0, NULL}}},
    {"ioctl",
     call_ioctl,
     3,
     {{"code", KIT_KIND_IOCTL, 0, NULL},
      {"out", KIT_KIND_SIZE, KIT_BYTES_MAX, NULL},
      {"in", KIT_KIND_BYTES, KIT_BYTES_MAX, NULL}}},
    {"read",
     call_read,
     2,
     {{"size", KIT_KIND_SIZE, READ_MAX, NULL}, {"offset", KIT_KIND_U32, 0, NULL}}},
    {"write",
     call_write,
     2,
     {{"offset", KIT_KIND_U32, 0, NULL}, {"data", KIT_KIND_BYTES, KIT_BYTES_MAX, NULL}}},
    {"pnp", call_pnp, 1, {{"what", KIT_KIND_CHOICE, 0, "restart stop_cancelled remove_cancelled"}}},
    {"elapse", call_elapse, 0, {{NULL, KIT_KIND_U8, 0, NULL}}},
};

const struct kit_operation *kit_own_operations(unsigned *count)
{
    *count = sizeof(own) / sizeof(own[0]);
    return own;
}

bool kit_own_operation_is_wanted(const struct kit_operation *operation)
{
    if (kit_driver.is_without_own_ops)
        return false;
    if (operation->call == call_elapse)
        return true;
    if (operation->call == call_pnp)
        return kit_host_is_plug_play();
    bool has_device = kit_driver.device != NULL || kit_host_is_plug_play();
    return has_device && (operation->call != call_ioctl || kit_table_codes()->count > 0);
}
