/* expool/flt_volume.h - volumes, the instances of filters on them, memory aligned for them. [H] */
#ifndef EXPOOL_FLT_VOLUME_H
#define EXPOOL_FLT_VOLUME_H

#include "expool/flt_register.h"
#include "expool/pool.h"

typedef struct _FLT_VOLUME_PROPERTIES {
    DEVICE_TYPE DeviceType;
    ULONG DeviceCharacteristics;
    ULONG DeviceObjectFlags;
    ULONG AlignmentRequirement;
    USHORT SectorSize;
    USHORT Flags;
    UNICODE_STRING FileSystemDriverName;
    UNICODE_STRING FileSystemDeviceName;
    UNICODE_STRING RealDeviceName;
} FLT_VOLUME_PROPERTIES, *PFLT_VOLUME_PROPERTIES;

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* The volume's name. STATUS_BUFFER_TOO_SMALL and the bytes needed in *BufferSizeNeeded. [D] */
NTSTATUS FltGetVolumeName(PFLT_VOLUME Volume, PUNICODE_STRING VolumeName, PULONG BufferSizeNeeded);
/* The names lie behind the structure. STATUS_BUFFER_OVERFLOW: they do not fit, the rest is filled;
 * STATUS_BUFFER_TOO_SMALL. [D] */
NTSTATUS FltGetVolumeProperties(PFLT_VOLUME Volume, PFLT_VOLUME_PROPERTIES VolumeProperties,
                                ULONG VolumePropertiesLength, PULONG LengthReturned);
/* With a reference. The disk of a volume is the device it lies on: there is none of its own [P].
 * STATUS_FLT_NO_DEVICE_OBJECT: it has been dismounted. [D] */
NTSTATUS FltGetDiskDeviceObject(PFLT_VOLUME Volume, PDEVICE_OBJECT *DiskDeviceObject);
NTSTATUS FltGetDeviceObject(PFLT_VOLUME Volume, PDEVICE_OBJECT *DeviceObject);
NTSTATUS FltIsVolumeWritable(PVOID FltObject, PBOOLEAN IsWritable);
NTSTATUS FltGetFileSystemType(PVOID FltObject, PFLT_FILESYSTEM_TYPE FileSystemType);

/* With a reference that FltObjectDereference gives back. STATUS_FLT_VOLUME_NOT_FOUND,
 * STATUS_FLT_INSTANCE_NOT_FOUND, STATUS_FLT_FILTER_NOT_FOUND. [D] */
NTSTATUS FltGetVolumeFromName(PFLT_FILTER Filter, PCUNICODE_STRING VolumeName,
                              PFLT_VOLUME *RetVolume);
NTSTATUS FltGetVolumeFromFileObject(PFLT_FILTER Filter, PFILE_OBJECT FileObject,
                                    PFLT_VOLUME *RetVolume);
NTSTATUS FltGetVolumeFromDeviceObject(PFLT_FILTER Filter, PDEVICE_OBJECT DeviceObject,
                                      PFLT_VOLUME *RetVolume);
NTSTATUS FltGetVolumeFromInstance(PFLT_INSTANCE Instance, PFLT_VOLUME *RetVolume);
NTSTATUS FltGetFilterFromInstance(PFLT_INSTANCE Instance, PFLT_FILTER *RetFilter);
NTSTATUS FltGetFilterFromName(PCUNICODE_STRING FilterName, PFLT_FILTER *RetFilter);
/* InstanceName NULL: the filter's first instance on the volume. [D] */
NTSTATUS FltGetVolumeInstanceFromName(PFLT_FILTER Filter, PFLT_VOLUME Volume,
                                      PCUNICODE_STRING InstanceName, PFLT_INSTANCE *RetInstance);
/* All of them, each with a reference. STATUS_BUFFER_TOO_SMALL: *NumberReturned is how many there
 * are. [D] */
NTSTATUS FltEnumerateVolumes(PFLT_FILTER Filter, PFLT_VOLUME *VolumeList, ULONG VolumeListSize,
                             PULONG NumberVolumesReturned);
NTSTATUS FltEnumerateInstances(PFLT_VOLUME Volume, PFLT_FILTER Filter, PFLT_INSTANCE *InstanceList,
                               ULONG InstanceListSize, PULONG NumberInstancesReturned);
/* Below 0: Instance1 is the lower one. [D] */
LONG FltCompareInstanceAltitudes(PFLT_INSTANCE Instance1, PFLT_INSTANCE Instance2);

/* An instance by hand; InstanceName NULL: the filter's own. *RetInstance with a reference where
 * asked for. STATUS_FLT_INSTANCE_NAME_COLLISION; what InstanceSetupCallback refused with. [D] */
NTSTATUS FltAttachVolume(PFLT_FILTER Filter, PFLT_VOLUME Volume, PCUNICODE_STRING InstanceName,
                         PFLT_INSTANCE *RetInstance);
NTSTATUS FltAttachVolumeAtAltitude(PFLT_FILTER Filter, PFLT_VOLUME Volume,
                                   PCUNICODE_STRING Altitude, PCUNICODE_STRING InstanceName,
                                   PFLT_INSTANCE *RetInstance);
/* Ends one, if the filter's InstanceQueryTeardownCallback agrees; without such a routine
 * STATUS_FLT_DO_NOT_DETACH. [D] */
NTSTATUS FltDetachVolume(PFLT_FILTER Filter, PFLT_VOLUME Volume, PCUNICODE_STRING InstanceName);

/* Pool at an address that the volume's device can transfer to; NULL: none, or a size of 0. IRQL as
 * for ExAllocatePoolWithTag. [D] */
PVOID FltAllocatePoolAlignedWithTag(PFLT_INSTANCE Instance, POOL_TYPE PoolType,
                                    SIZE_T NumberOfBytes, ULONG Tag);
VOID FltFreePoolAlignedWithTag(PFLT_INSTANCE Instance, PVOID Buffer, ULONG Tag);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
