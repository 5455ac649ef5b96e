import type { Platform } from '../../vocab/index.js';
import { hasMailbox, MAILBOX, UUID_DIGITS } from './mailbox-layout.js';

const { types, elementMultiple: multiple } = MAILBOX;

const HEADING = `
/*
 * The mailbox of functions with the vfio profile: device-specific methods (_DSM), notifications and power, without AML.
 *
 *   struct vcfg_value value;
 *   vcfg_mailbox_begin(mailbox, uuid, 1, 2);
 *   vcfg_mailbox_put_integer(mailbox, 7);
 *   if (vcfg_mailbox_call(mailbox, trapped, shared, &value) == VCFG_STATUS_OK && value.type == VCFG_VALUE_INTEGER)
 *     ... value.integer ...
 *
 * The caller sees to it that a function has one request at a time, and that none is under way in AML: its _DSM uses the
 * same bytes. Nothing is allocated.
 */
`;

const CONSTANTS = `
/* Registers of such a function, by their index in the trapped page. */
#define VCFG_MAILBOX_POWER_INDEX ${MAILBOX.power}u
#define VCFG_MAILBOX_RING_INDEX ${MAILBOX.ring}u
#define VCFG_MAILBOX_NOTIFICATION_INDEX ${MAILBOX.notification}u

/* The request takes the shared page's first bytes; the result overwrites its argument. In bytes of the page. */
#define VCFG_MAILBOX_UUID_START ${MAILBOX.uuid}u
#define VCFG_MAILBOX_REVISION_START ${MAILBOX.revision}u
#define VCFG_MAILBOX_FUNCTION_START ${MAILBOX.functionIndex}u
#define VCFG_MAILBOX_ARGUMENT_START ${MAILBOX.argument}u
#define VCFG_MAILBOX_REQUEST_BYTES ${MAILBOX.requestBytes}u
#define VCFG_MAILBOX_RESULT_START ${MAILBOX.result}u
#define VCFG_MAILBOX_RESULT_BYTES ${MAILBOX.resultBytes}u
#define VCFG_MAILBOX_HEAD_BYTES ${MAILBOX.headBytes}u
/* How deep packages may lie in packages. */
#define VCFG_MAILBOX_DEPTH ${MAILBOX.depth}u

/* What a value is. */
#define VCFG_VALUE_NONE ${types.none}u
#define VCFG_VALUE_INTEGER ${types.integer}u
#define VCFG_VALUE_STRING ${types.string}u
#define VCFG_VALUE_BUFFER ${types.buffer}u
#define VCFG_VALUE_PACKAGE ${types.package}u

enum vcfg_status {
  VCFG_STATUS_OK = 0,
  VCFG_STATUS_TOO_LARGE = 1,  /* the argument takes more bytes than the mailbox has */
  VCFG_STATUS_TOO_DEEP = 2,   /* packages of the argument lie over VCFG_MAILBOX_DEPTH deep */
  VCFG_STATUS_BAD_STRING = 3, /* a string of the argument has a character that is not 0x01..0x7f */
  VCFG_STATUS_BAD_UUID = 4,   /* the text is not 8-4-4-4-12 hex digits */
  VCFG_STATUS_BAD_ORDER = 5,  /* a second argument, a package left open or closed twice, or no vcfg_mailbox_begin */
  VCFG_STATUS_NO_RESULT = 6,  /* the host could not evaluate the method */
  VCFG_STATUS_MALFORMED = 7,  /* the host left bytes that are no value */
  VCFG_STATUS_NO_ELEMENT = 8  /* the value is no package, or has fewer elements */
};

/* A request while it is built, then its result. About 2.1 KiB: not for a kernel's stack. Its members are its own. */
struct vcfg_mailbox {
  unsigned char bytes[VCFG_MAILBOX_REQUEST_BYTES > VCFG_MAILBOX_RESULT_BYTES ? VCFG_MAILBOX_REQUEST_BYTES
                                                                             : VCFG_MAILBOX_RESULT_BYTES];
  uint32_t end;                      /* of what is written, in bytes; 0 if there is no request */
  uint32_t depth;                    /* packages that are open */
  uint32_t open[VCFG_MAILBOX_DEPTH]; /* where each of them begins */
  enum vcfg_status status;           /* the first thing that went wrong */
};

/* A value of a result. Valid as long as the mailbox that it points into is not used again. */
struct vcfg_value {
  uint32_t type;              /* VCFG_VALUE_... */
  uint32_t size;              /* of a package: elements; else bytes, of a string those before its first NUL */
  uint64_t integer;           /* of an integer */
  const unsigned char *bytes; /* of a string, which no NUL need end, or of a buffer */
  uint32_t start;             /* byte of the result at which its data begin */
};
`;

const WRITER = `
static inline void vcfg_mailbox_store(unsigned char *at, uint32_t value)
{
  at[0] = (unsigned char)(value & 0xffu);
  at[1] = (unsigned char)((value >> 8) & 0xffu);
  at[2] = (unsigned char)((value >> 16) & 0xffu);
  at[3] = (unsigned char)(value >> 24);
}

static inline void vcfg_mailbox_store_wide(unsigned char *at, uint64_t value)
{
  vcfg_mailbox_store(at, (uint32_t)(value & 0xffffffffu));
  vcfg_mailbox_store(at + 4, (uint32_t)(value >> 32));
}

static inline uint32_t vcfg_mailbox_load(const unsigned char *at)
{
  return (uint32_t)at[0] | ((uint32_t)at[1] << 8) | ((uint32_t)at[2] << 16) | ((uint32_t)at[3] << 24);
}

/* What a hex digit is worth; 16 if it is none. */
static inline unsigned vcfg_mailbox_digit(char digit)
{
  if (digit >= '0' && digit <= '9')
    return (unsigned)(digit - '0');
  if (digit >= 'a' && digit <= 'f')
    return (unsigned)(digit - 'a') + 10u;
  if (digit >= 'A' && digit <= 'F')
    return (unsigned)(digit - 'A') + 10u;
  return 16u;
}

/* The 16 bytes of a UUID such as "e5c937d0-3553-4d7a-9117-ea4d19c3434d": those of ToUUID, a guid_t, an EFI_GUID. */
static inline enum vcfg_status vcfg_mailbox_uuid(const char *text, unsigned char *uuid)
{
  static const unsigned char places[16] = {${UUID_DIGITS.join(', ')}};
  unsigned at;
  for (at = 0; at < 36u; at++) {
    const int is_dash = at == 8u || at == 13u || at == 18u || at == 23u;
    if (is_dash ? text[at] != '-' : vcfg_mailbox_digit(text[at]) > 15u)
      return VCFG_STATUS_BAD_UUID;
  }
  if (text[36] != 0)
    return VCFG_STATUS_BAD_UUID;
  for (at = 0; at < 16u; at++) {
    const unsigned high = vcfg_mailbox_digit(text[places[at]]), low = vcfg_mailbox_digit(text[places[at] + 1]);
    uuid[at] = (unsigned char)(high * 16u + low);
  }
  return VCFG_STATUS_OK;
}

/* Begins a request: the UUID's 16 bytes, the revision and the function index that _DSM is called with. */
static inline void vcfg_mailbox_begin(struct vcfg_mailbox *mailbox, const unsigned char *uuid, uint64_t revision,
                                      uint64_t function_index)
{
  uint32_t at;
  for (at = 0; at < sizeof mailbox->bytes; at++)
    mailbox->bytes[at] = 0;
  for (at = 0; at < 16u; at++)
    mailbox->bytes[VCFG_MAILBOX_UUID_START + at] = uuid[at];
  vcfg_mailbox_store_wide(mailbox->bytes + VCFG_MAILBOX_REVISION_START, revision);
  vcfg_mailbox_store_wide(mailbox->bytes + VCFG_MAILBOX_FUNCTION_START, function_index);
  mailbox->end = VCFG_MAILBOX_ARGUMENT_START;
  mailbox->depth = 0;
  mailbox->status = VCFG_STATUS_OK;
}

static inline enum vcfg_status vcfg_mailbox_fail(struct vcfg_mailbox *mailbox, enum vcfg_status status)
{
  if (mailbox->status == VCFG_STATUS_OK)
    mailbox->status = status;
  return mailbox->status;
}

/* Counts a value in the package that is open and writes its head. Where its data go; a null pointer if they do not. */
static inline unsigned char *vcfg_mailbox_take(struct vcfg_mailbox *mailbox, uint32_t type, uint32_t size,
                                               uint32_t length)
{
  uint32_t start;
  if (mailbox->status != VCFG_STATUS_OK)
    return 0;
  if (mailbox->end < VCFG_MAILBOX_ARGUMENT_START ||
      (mailbox->depth == 0 && mailbox->end > VCFG_MAILBOX_ARGUMENT_START)) {
    vcfg_mailbox_fail(mailbox, VCFG_STATUS_BAD_ORDER);
    return 0;
  }
  start = (mailbox->end + ${multiple - 1}u) / ${multiple}u * ${multiple}u;
  if (start + VCFG_MAILBOX_HEAD_BYTES > VCFG_MAILBOX_REQUEST_BYTES ||
      length > VCFG_MAILBOX_REQUEST_BYTES - VCFG_MAILBOX_HEAD_BYTES - start) {
    vcfg_mailbox_fail(mailbox, VCFG_STATUS_TOO_LARGE);
    return 0;
  }
  if (mailbox->depth > 0) {
    unsigned char *count = mailbox->bytes + mailbox->open[mailbox->depth - 1u] + 4;
    vcfg_mailbox_store(count, vcfg_mailbox_load(count) + 1u);
  }
  vcfg_mailbox_store(mailbox->bytes + start, type);
  vcfg_mailbox_store(mailbox->bytes + start + 4, size);
  mailbox->end = start + VCFG_MAILBOX_HEAD_BYTES + length;
  return mailbox->bytes + start + VCFG_MAILBOX_HEAD_BYTES;
}

static inline enum vcfg_status vcfg_mailbox_put_bytes(struct vcfg_mailbox *mailbox, uint32_t type,
                                                      const unsigned char *bytes, uint32_t length)
{
  unsigned char *to = vcfg_mailbox_take(mailbox, type, length, length);
  uint32_t at;
  if (to != 0) {
    for (at = 0; at < length; at++)
      to[at] = bytes[at];
  }
  return mailbox->status;
}

/*
 * The argument, or an element of the package that is open. Each gives the mailbox's status: after the first fault the
 * others do nothing, so that it is enough to look at what vcfg_mailbox_call gives.
 */
static inline enum vcfg_status vcfg_mailbox_put_integer(struct vcfg_mailbox *mailbox, uint64_t value)
{
  unsigned char *to = vcfg_mailbox_take(mailbox, VCFG_VALUE_INTEGER, 8u, 8u);
  if (to != 0)
    vcfg_mailbox_store_wide(to, value);
  return mailbox->status;
}

static inline enum vcfg_status vcfg_mailbox_put_buffer(struct vcfg_mailbox *mailbox, const void *data, uint32_t length)
{
  return vcfg_mailbox_put_bytes(mailbox, VCFG_VALUE_BUFFER, (const unsigned char *)data, length);
}

/* The text ends at its NUL, which is not sent. */
static inline enum vcfg_status vcfg_mailbox_put_string(struct vcfg_mailbox *mailbox, const char *text)
{
  const unsigned char *bytes = (const unsigned char *)text;
  uint32_t length = 0;
  while (bytes[length] != 0 && length < VCFG_MAILBOX_REQUEST_BYTES) {
    if (bytes[length] > 0x7fu)
      return vcfg_mailbox_fail(mailbox, VCFG_STATUS_BAD_STRING);
    length++;
  }
  return vcfg_mailbox_put_bytes(mailbox, VCFG_VALUE_STRING, bytes, length);
}

/* What is put until it is closed are the elements of this package. */
static inline enum vcfg_status vcfg_mailbox_open_package(struct vcfg_mailbox *mailbox)
{
  unsigned char *to;
  if (mailbox->status == VCFG_STATUS_OK && mailbox->depth == VCFG_MAILBOX_DEPTH)
    return vcfg_mailbox_fail(mailbox, VCFG_STATUS_TOO_DEEP);
  to = vcfg_mailbox_take(mailbox, VCFG_VALUE_PACKAGE, 0, 0);
  if (to != 0)
    mailbox->open[mailbox->depth++] = mailbox->end - VCFG_MAILBOX_HEAD_BYTES;
  return mailbox->status;
}

static inline enum vcfg_status vcfg_mailbox_close_package(struct vcfg_mailbox *mailbox)
{
  if (mailbox->status == VCFG_STATUS_OK && mailbox->depth == 0)
    return vcfg_mailbox_fail(mailbox, VCFG_STATUS_BAD_ORDER);
  if (mailbox->status == VCFG_STATUS_OK)
    mailbox->depth--;
  return mailbox->status;
}
`;

const READER = `
/*
 * Reads the value at a byte of the result. Gives the byte after it, or after its head if it is a package, since its
 * elements are values too; 0 if it is no value.
 */
static inline uint32_t vcfg_mailbox_decode(const struct vcfg_mailbox *mailbox, uint32_t start, struct vcfg_value *value)
{
  uint32_t room, at;
  if (start > VCFG_MAILBOX_RESULT_BYTES - VCFG_MAILBOX_HEAD_BYTES)
    return 0;
  value->type = vcfg_mailbox_load(mailbox->bytes + start);
  value->size = vcfg_mailbox_load(mailbox->bytes + start + 4);
  value->start = start + VCFG_MAILBOX_HEAD_BYTES;
  value->bytes = mailbox->bytes + value->start;
  value->integer = 0;
  room = VCFG_MAILBOX_RESULT_BYTES - value->start;
  if (value->type == VCFG_VALUE_PACKAGE)
    return value->size <= room / VCFG_MAILBOX_HEAD_BYTES ? value->start : 0;
  if (value->size > room)
    return 0;
  room = value->size;
  if (value->type == VCFG_VALUE_INTEGER) {
    if (room < 1u || room > 8u)
      return 0;
    for (at = room; at > 0; at--)
      value->integer = (value->integer << 8) | value->bytes[at - 1u];
  } else if (value->type == VCFG_VALUE_STRING) {
    for (at = 0; at < room && value->bytes[at] != 0; at++)
      ;
    value->size = at;
  } else if (value->type != VCFG_VALUE_BUFFER) {
    return 0;
  }
  return value->start + room;
}

/* 1 if the result is one whole value with everything in it, else 0. */
static inline int vcfg_mailbox_is_whole(const struct vcfg_mailbox *mailbox)
{
  uint32_t left[VCFG_MAILBOX_DEPTH + 1u];
  uint32_t depth = 0, at = 0;
  struct vcfg_value value;
  left[0] = 1;
  for (;;) {
    while (left[depth] == 0) {
      if (depth == 0)
        return 1;
      depth--;
    }
    left[depth]--;
    at = vcfg_mailbox_decode(mailbox, at, &value);
    if (at == 0)
      return 0;
    if (value.type == VCFG_VALUE_PACKAGE) {
      if (depth == VCFG_MAILBOX_DEPTH)
        return 0;
      left[++depth] = value.size;
    }
  }
}

/*
 * Hands the request over and waits, in the write itself, for the host to evaluate the function's _DSM. A request to
 * which nothing was put has an empty package for its argument. With VCFG_STATUS_OK *result is what _DSM returned, every
 * length in it checked, and the mailbox holds it until it is used again. If the request is at fault, the function is
 * not touched. All of the result is read before any of it is believed, so that the host cannot change it in between.
 */
static inline enum vcfg_status vcfg_mailbox_call(struct vcfg_mailbox *mailbox, VCFG_MMIO trapped, VCFG_SHARED shared,
                                                 struct vcfg_value *result)
{
  uint32_t at;
  result->type = VCFG_VALUE_NONE;
  result->size = result->start = 0;
  result->integer = 0;
  result->bytes = mailbox->bytes;
  if (mailbox->status == VCFG_STATUS_OK && mailbox->end == VCFG_MAILBOX_ARGUMENT_START) {
    vcfg_mailbox_open_package(mailbox);
    vcfg_mailbox_close_package(mailbox);
  }
  if (mailbox->depth != 0 || mailbox->end == 0)
    vcfg_mailbox_fail(mailbox, VCFG_STATUS_BAD_ORDER);
  if (mailbox->status != VCFG_STATUS_OK)
    return mailbox->status;
  for (at = 0; at < VCFG_MAILBOX_REQUEST_BYTES; at += VCFG_REGISTER_BYTES)
    VCFG_SHARED_WRITE32(shared, at, vcfg_mailbox_load(mailbox->bytes + at));
  VCFG_WRITE32(trapped, VCFG_MAILBOX_RING_INDEX * VCFG_REGISTER_BYTES, 1u);
  for (at = 0; at < VCFG_MAILBOX_RESULT_BYTES; at += VCFG_REGISTER_BYTES)
    vcfg_mailbox_store(mailbox->bytes + at, VCFG_SHARED_READ32(shared, VCFG_MAILBOX_RESULT_START + at));
  mailbox->end = 0;
  if (vcfg_mailbox_load(mailbox->bytes) == VCFG_VALUE_NONE)
    return VCFG_STATUS_NO_RESULT;
  if (!vcfg_mailbox_is_whole(mailbox))
    return VCFG_STATUS_MALFORMED;
  vcfg_mailbox_decode(mailbox, 0, result);
  return VCFG_STATUS_OK;
}

/* An element of a package of the result, counted from 0. It may be a package, and *element may be *package. */
static inline enum vcfg_status vcfg_mailbox_element(const struct vcfg_mailbox *mailbox,
                                                    const struct vcfg_value *package, uint32_t index,
                                                    struct vcfg_value *element)
{
  uint32_t at = package->start, before = index;
  if (package->type != VCFG_VALUE_PACKAGE || index >= package->size)
    return VCFG_STATUS_NO_ELEMENT;
  for (;;) {
    at = vcfg_mailbox_decode(mailbox, at, element);
    if (at == 0)
      return VCFG_STATUS_MALFORMED;
    if (before == 0)
      return VCFG_STATUS_OK;
    before--;
    if (element->type == VCFG_VALUE_PACKAGE)
      before += element->size;
  }
}

/* Takes the oldest notification off the function's queue; 0 if there is none. */
static inline uint32_t vcfg_mailbox_pop_notification(VCFG_MMIO trapped)
{
  return VCFG_READ32(trapped, VCFG_MAILBOX_NOTIFICATION_INDEX * VCFG_REGISTER_BYTES);
}

static inline void vcfg_mailbox_enter_low_power(VCFG_MMIO trapped)
{
  VCFG_WRITE32(trapped, VCFG_MAILBOX_POWER_INDEX * VCFG_REGISTER_BYTES, 0u);
}

static inline void vcfg_mailbox_leave_low_power(VCFG_MMIO trapped)
{
  VCFG_WRITE32(trapped, VCFG_MAILBOX_POWER_INDEX * VCFG_REGISTER_BYTES, 1u);
}
`;

/** The mailbox client, in C; nothing if no function of the platform has a mailbox. */
export function cMailboxLines(platform: Platform): string[] {
  if (!hasMailbox(platform)) return [];
  // Each part begins with a blank line.
  return [HEADING, CONSTANTS, WRITER, READER].join('').trimEnd().split('\n');
}
