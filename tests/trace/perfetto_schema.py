"""The part of Perfetto's trace schema that is written here, as protobuf classes; names and numbers are Perfetto's."""

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

_KINDS = descriptor_pb2.FieldDescriptorProto
_TYPES = {
    "uint64": _KINDS.TYPE_UINT64,
    "uint32": _KINDS.TYPE_UINT32,
    "int64": _KINDS.TYPE_INT64,
    "int32": _KINDS.TYPE_INT32,
    "string": _KINDS.TYPE_STRING,
}
_PACKAGE = "perfetto.protos"

# message -> field -> (number, type); a type that is no scalar is a message of this table, "*" means repeated.
_MESSAGES = {
    "Trace": {"packet": (1, "TracePacket*")},
    "TracePacket": {
        "timestamp": (8, "uint64"),
        "trusted_packet_sequence_id": (10, "uint32"),
        "track_event": (11, "TrackEvent"),
        "sequence_flags": (13, "uint32"),
        "track_descriptor": (60, "TrackDescriptor"),
    },
    "TrackDescriptor": {
        "uuid": (1, "uint64"),
        "name": (2, "string"),
        "process": (3, "ProcessDescriptor"),
        "parent_uuid": (5, "uint64"),
        "child_ordering": (11, "int32"),
        "sibling_order_rank": (12, "int32"),
    },
    "ProcessDescriptor": {"pid": (1, "int32"), "process_name": (6, "string")},
    "TrackEvent": {
        "debug_annotations": (4, "DebugAnnotation*"),
        "type": (9, "int32"),
        "track_uuid": (11, "uint64"),
        "categories": (22, "string*"),
        "name": (23, "string"),
    },
    "DebugAnnotation": {"int_value": (4, "int64"), "string_value": (6, "string"), "name": (10, "string")},
}

# TrackEvent.Type, TracePacket.SequenceFlags, TrackDescriptor.ChildTracksOrdering
SLICE_BEGIN, SLICE_END, INSTANT = 1, 2, 3
STATE_CLEARED = 1
EXPLICIT_ORDER = 3


def _add_field(message, name, number, kind):
    base = kind.rstrip("*")
    field = message.field.add(name=name, number=number)
    field.label = _KINDS.LABEL_REPEATED if kind.endswith("*") else _KINDS.LABEL_OPTIONAL
    if base in _TYPES:
        field.type = _TYPES[base]
    else:
        field.type, field.type_name = _KINDS.TYPE_MESSAGE, ".%s.%s" % (_PACKAGE, base)


def trace_class():
    """The class of perfetto.protos.Trace."""
    file = descriptor_pb2.FileDescriptorProto(name="signalbox_perfetto.proto", package=_PACKAGE, syntax="proto2")
    for name, fields in _MESSAGES.items():
        message = file.message_type.add(name=name)
        for field, (number, kind) in fields.items():
            _add_field(message, field, number, kind)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    found = pool.FindMessageTypeByName(_PACKAGE + ".Trace")
    if hasattr(message_factory, "GetMessageClass"):
        return message_factory.GetMessageClass(found)
    return message_factory.MessageFactory(pool).GetPrototype(found)  # protobuf before 4
