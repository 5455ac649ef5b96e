import { MAILBOX } from '../mailbox-layout.js';

/** The code that sends a request and reads its result, in C, and that uses the other registers of the trapped page. */
export const C_MAILBOX_RESULT = `
/*
 * Reads the value at a byte of the result. Returns the byte after the value, or after the head of a package, whose
 * elements are values too; 0 if there is no value.
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

/* Returns 1 if the result is one complete value, otherwise 0. */
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
 * Sends the request and has the host evaluate the function's _DSM, which it does during the write of the ring register.
 * Without an argument, an empty package is sent. With VCFG_STATUS_OK, *result is what _DSM returned, with every length
 * checked; it is valid until the mailbox is used again. If the request is invalid, the function is not accessed. All of
 * the result is read before any of it is checked, so that the host cannot change it in between.
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
  VCFG_WRITE32(trapped, VCFG_MAILBOX_RING_INDEX * VCFG_REGISTER_BYTES, ${MAILBOX.ringValue}u);
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
  VCFG_WRITE32(trapped, VCFG_MAILBOX_POWER_INDEX * VCFG_REGISTER_BYTES, ${MAILBOX.lowPower}u);
}

static inline void vcfg_mailbox_leave_low_power(VCFG_MMIO trapped)
{
  VCFG_WRITE32(trapped, VCFG_MAILBOX_POWER_INDEX * VCFG_REGISTER_BYTES, ${MAILBOX.fullPower}u);
}
`;
