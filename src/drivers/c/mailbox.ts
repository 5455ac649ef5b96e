import type { Platform } from '../../vocab/index.js';
import { hasMailbox, MAILBOX } from '../mailbox-layout.js';
import { C_MAILBOX_REQUEST } from './mailbox-request.js';
import { C_MAILBOX_RESULT } from './mailbox-result.js';

const { types } = MAILBOX;

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
 * The caller must make sure that a function has one request at a time, and that none is in progress in AML: its _DSM uses
 * the same bytes. Nothing is allocated.
 */
`;

const CONSTANTS = `
/* Registers of such a function, by their index in the trapped page. */
#define VCFG_MAILBOX_POWER_INDEX ${MAILBOX.power}u
#define VCFG_MAILBOX_RING_INDEX ${MAILBOX.ring}u
#define VCFG_MAILBOX_NOTIFICATION_INDEX ${MAILBOX.notification}u

/* Byte offsets in the shared page. The request is at its start; the result overwrites the request's argument. */
#define VCFG_MAILBOX_UUID_START ${MAILBOX.uuid}u
#define VCFG_MAILBOX_REVISION_START ${MAILBOX.revision}u
#define VCFG_MAILBOX_FUNCTION_START ${MAILBOX.functionIndex}u
#define VCFG_MAILBOX_ARGUMENT_START ${MAILBOX.argument}u
#define VCFG_MAILBOX_REQUEST_BYTES ${MAILBOX.requestBytes}u
#define VCFG_MAILBOX_RESULT_START ${MAILBOX.result}u
#define VCFG_MAILBOX_RESULT_BYTES ${MAILBOX.resultBytes}u
#define VCFG_MAILBOX_HEAD_BYTES ${MAILBOX.headBytes}u
/* How deeply packages may be nested. */
#define VCFG_MAILBOX_DEPTH ${MAILBOX.depth}u

/* The types of values. */
#define VCFG_VALUE_NONE ${types.none}u
#define VCFG_VALUE_INTEGER ${types.integer}u
#define VCFG_VALUE_STRING ${types.string}u
#define VCFG_VALUE_BUFFER ${types.buffer}u
#define VCFG_VALUE_PACKAGE ${types.package}u

enum vcfg_status {
  VCFG_STATUS_OK = 0,
  VCFG_STATUS_TOO_LARGE = 1,  /* the argument takes more bytes than the mailbox has */
  VCFG_STATUS_TOO_DEEP = 2,   /* packages of the argument are nested deeper than VCFG_MAILBOX_DEPTH */
  VCFG_STATUS_BAD_STRING = 3, /* a string of the argument has a character that is not 0x01..0x7f */
  VCFG_STATUS_BAD_UUID = 4,   /* the text is not 8-4-4-4-12 hex digits */
  VCFG_STATUS_BAD_ORDER = 5,  /* a second argument, a package left open or closed twice, or no vcfg_mailbox_begin */
  VCFG_STATUS_NO_RESULT = 6,  /* the host could not evaluate the method */
  VCFG_STATUS_MALFORMED = 7,  /* the host returned bytes that are not a value */
  VCFG_STATUS_NO_ELEMENT = 8  /* the value is not a package, or has fewer elements */
};

/* A request while it is built, then its result. About 2.1 KiB: too large for a kernel's stack. Members are private. */
struct vcfg_mailbox {
  unsigned char bytes[VCFG_MAILBOX_REQUEST_BYTES > VCFG_MAILBOX_RESULT_BYTES ? VCFG_MAILBOX_REQUEST_BYTES
                                                                             : VCFG_MAILBOX_RESULT_BYTES];
  uint32_t end;                      /* bytes written so far; 0 if there is no request */
  uint32_t depth;                    /* how many packages are open */
  uint32_t open[VCFG_MAILBOX_DEPTH]; /* where each open package begins */
  enum vcfg_status status;           /* the first thing that went wrong */
};

/* A value of a result. Valid until the mailbox that it points into is used again. */
struct vcfg_value {
  uint32_t type;              /* VCFG_VALUE_... */
  uint32_t size;              /* of a package: its elements; otherwise bytes, in a string those before its first NUL */
  uint64_t integer;           /* the value of an integer */
  const unsigned char *bytes; /* the data of a buffer or of a string, which need not end with a NUL */
  uint32_t start;             /* byte of the result at which the data begin */
};
`;

/** The mailbox client, in C; nothing if no function of the platform has a mailbox. */
export function cMailboxLines(platform: Platform): string[] {
  if (!hasMailbox(platform)) return [];
  // Each part begins with a blank line.
  return [HEADING, CONSTANTS, C_MAILBOX_REQUEST, C_MAILBOX_RESULT].join('').trimEnd().split('\n');
}
