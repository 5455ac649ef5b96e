/** The kernel module with which the kernel of a live guest evaluates objects for its host, in C. */
export const MODULE_SOURCE: string = String.raw`// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/vcfg_evaluate: evaluates an ACPI object for the host.
 *
 * Write a request, close, then read the answer. Both are words separated by white space, numbers in hex:
 *   request:  PATH VALUE...      answer:  ok VALUE | fail STATUS NAME
 *   VALUE:    i NUMBER | s BYTES | b BYTES | p COUNT VALUE... | r PATH | n
 * BYTES are hex digits, or - for none.
 *
 * /proc/vcfg_notify: write a path to listen there; read the notifications since the last read, a line each.
 */
#include <linux/acpi.h>
#include <linux/ctype.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/proc_fs.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include "vcfg_window.h"

#define MOST_BYTES (256 << 10)
#define MOST_DEPTH 16
#define MOST_ELEMENTS 4096

static DEFINE_MUTEX(lock);
static char *request;
static size_t request_bytes;
static char *answer;
static size_t answer_bytes;

static void say(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	answer_bytes += vscnprintf(answer + answer_bytes, MOST_BYTES - answer_bytes, format, list);
	va_end(list);
}

static char *word(char **at)
{
	char *start = skip_spaces(*at);
	char *end = start;

	while (*end && !isspace(*end))
		end++;
	if (end == start)
		return NULL;
	*at = *end ? end + 1 : end;
	*end = 0;
	return start;
}

static void release(union acpi_object *value)
{
	u32 index;

	if (value->type == ACPI_TYPE_STRING)
		kfree(value->string.pointer);
	else if (value->type == ACPI_TYPE_BUFFER)
		kfree(value->buffer.pointer);
	else if (value->type == ACPI_TYPE_PACKAGE) {
		for (index = 0; index < value->package.count; index++)
			release(&value->package.elements[index]);
		kvfree(value->package.elements);
	}
}

static int read_value(char **at, union acpi_object *value, int depth)
{
	char *kind = word(at);
	char *text = kind ? word(at) : NULL;
	u64 number;
	size_t bytes;
	u8 *data;
	u32 index;

	value->type = ACPI_TYPE_ANY;
	if (!text || depth > MOST_DEPTH)
		return -EINVAL;
	switch (kind[0]) {
	case 'i':
		if (kstrtou64(text, 16, &number))
			return -EINVAL;
		value->type = ACPI_TYPE_INTEGER;
		value->integer.value = number;
		return 0;
	case 's':
	case 'b':
		bytes = text[0] == '-' ? 0 : strlen(text) / 2;
		data = kzalloc(bytes + 1, GFP_KERNEL);
		if (!data)
			return -ENOMEM;
		if (bytes && hex2bin(data, text, bytes)) {
			kfree(data);
			return -EINVAL;
		}
		if (kind[0] == 's') {
			value->type = ACPI_TYPE_STRING;
			value->string.length = bytes;
			value->string.pointer = data;
		} else {
			value->type = ACPI_TYPE_BUFFER;
			value->buffer.length = bytes;
			value->buffer.pointer = data;
		}
		return 0;
	case 'p':
		if (kstrtou64(text, 16, &number) || number > MOST_ELEMENTS)
			return -EINVAL;
		value->type = ACPI_TYPE_PACKAGE;
		value->package.count = 0;
		value->package.elements = kvcalloc(number + 1, sizeof(*value), GFP_KERNEL);
		if (!value->package.elements)
			return -ENOMEM;
		for (index = 0; index < number; index++) {
			int error = read_value(at, &value->package.elements[index], depth + 1);

			if (error)
				return error;
			value->package.count++;
		}
		return 0;
	}
	return -EINVAL;
}

static void say_bytes(char kind, const u8 *data, u32 length)
{
	u32 index;

	say(length ? " %c " : " %c -", kind);
	for (index = 0; index < length; index++)
		say("%02x", data[index]);
}

static void say_value(const union acpi_object *value, int depth)
{
	struct acpi_buffer name = { ACPI_ALLOCATE_BUFFER, NULL };
	u32 index;

	switch (value->type) {
	case ACPI_TYPE_INTEGER:
		say(" i %llx", value->integer.value);
		return;
	case ACPI_TYPE_STRING:
		say_bytes('s', value->string.pointer, value->string.length);
		return;
	case ACPI_TYPE_BUFFER:
		say_bytes('b', value->buffer.pointer, value->buffer.length);
		return;
	case ACPI_TYPE_PACKAGE:
		say(" p %x", value->package.count);
		for (index = 0; index < value->package.count; index++)
			say_value(&value->package.elements[index], depth + 1);
		return;
	case ACPI_TYPE_LOCAL_REFERENCE:
		if (value->reference.handle &&
		    ACPI_SUCCESS(acpi_get_name(value->reference.handle, ACPI_FULL_PATHNAME, &name))) {
			say(" r %s", (char *)name.pointer);
			kfree(name.pointer);
			return;
		}
		fallthrough;
	default:
		say(" n");
	}
}

static void evaluate(void)
{
	struct acpi_object_list list = { 0, NULL };
	struct acpi_buffer result = { ACPI_ALLOCATE_BUFFER, NULL };
	union acpi_object *values;
	char *at = request;
	char *path = word(&at);
	acpi_status status;
	int error = 0;
	u32 index;

	answer_bytes = 0;
	values = kcalloc(8, sizeof(*values), GFP_KERNEL);
	if (!path || !values) {
		say("fail 0 REQUEST\n");
		kfree(values);
		return;
	}
	while (*(at = skip_spaces(at)) && !error) {
		if (list.count == 7) {
			error = -EINVAL;
			break;
		}
		error = read_value(&at, &values[list.count++], 0);
	}
	list.pointer = values;
	if (error) {
		say("fail 0 REQUEST\n");
	} else {
		status = acpi_evaluate_object(NULL, path, &list, &result);
		if (ACPI_FAILURE(status)) {
			say("fail %x %s\n", status, acpi_format_exception(status));
		} else {
			say("ok");
			if (result.length && result.pointer)
				say_value(result.pointer, 0);
			say("\n");
			kfree(result.pointer);
		}
	}
	for (index = 0; index < list.count; index++)
		release(&values[index]);
	kfree(values);
}

static ssize_t evaluate_write(struct file *file, const char __user *from, size_t bytes, loff_t *at)
{
	mutex_lock(&lock);
	if (*at == 0)
		request_bytes = 0;
	if (request_bytes + bytes >= MOST_BYTES) {
		mutex_unlock(&lock);
		return -EFBIG;
	}
	if (copy_from_user(request + request_bytes, from, bytes)) {
		mutex_unlock(&lock);
		return -EFAULT;
	}
	request_bytes += bytes;
	request[request_bytes] = 0;
	*at += bytes;
	answer_bytes = 0;
	mutex_unlock(&lock);
	return bytes;
}

static ssize_t evaluate_read(struct file *file, char __user *to, size_t bytes, loff_t *at)
{
	ssize_t done;

	mutex_lock(&lock);
	if (answer_bytes == 0)
		evaluate();
	done = simple_read_from_buffer(to, bytes, at, answer, answer_bytes);
	mutex_unlock(&lock);
	return done;
}

static const struct proc_ops evaluate_ops = {
	.proc_write = evaluate_write,
	.proc_read = evaluate_read,
	.proc_lseek = default_llseek,
};

#define MOST_NOTES (8 << 10)
static DEFINE_SPINLOCK(note_lock);
static char *notes;
static size_t note_bytes;

static void heard(acpi_handle handle, u32 value, void *context)
{
	struct acpi_buffer name = { ACPI_ALLOCATE_BUFFER, NULL };
	unsigned long flags;

	if (ACPI_FAILURE(acpi_get_name(handle, ACPI_FULL_PATHNAME, &name)))
		return;
	spin_lock_irqsave(&note_lock, flags);
	note_bytes += scnprintf(notes + note_bytes, MOST_NOTES - note_bytes, "%s %x\n", (char *)name.pointer, value);
	spin_unlock_irqrestore(&note_lock, flags);
	kfree(name.pointer);
}

#define MOST_LISTENED 64
static acpi_handle listened[MOST_LISTENED];
static int listened_count;

static ssize_t notify_write(struct file *file, const char __user *from, size_t bytes, loff_t *at)
{
	char path[256];
	acpi_handle handle;
	ssize_t done = -EINVAL;

	if (bytes == 0 || bytes >= sizeof(path) || listened_count == MOST_LISTENED)
		return -EINVAL;
	if (copy_from_user(path, from, bytes))
		return -EFAULT;
	path[bytes] = 0;
	mutex_lock(&lock);
	if (ACPI_SUCCESS(acpi_get_handle(NULL, strim(path), &handle)) &&
	    ACPI_SUCCESS(acpi_install_notify_handler(handle, ACPI_ALL_NOTIFY, heard, NULL))) {
		listened[listened_count++] = handle;
		done = bytes;
	}
	mutex_unlock(&lock);
	return done;
}

static ssize_t notify_read(struct file *file, char __user *to, size_t bytes, loff_t *at)
{
	char *copy;
	size_t length;
	unsigned long flags;
	ssize_t done;

	if (*at)
		return 0;
	copy = kmalloc(MOST_NOTES, GFP_KERNEL);
	if (!copy)
		return -ENOMEM;
	spin_lock_irqsave(&note_lock, flags);
	length = min(note_bytes, bytes);
	memcpy(copy, notes, length);
	note_bytes = 0;
	spin_unlock_irqrestore(&note_lock, flags);
	done = copy_to_user(to, copy, length) ? -EFAULT : length;
	kfree(copy);
	*at += length;
	return done;
}

static const struct proc_ops notify_ops = {
	.proc_write = notify_write,
	.proc_read = notify_read,
};

static int __init vcfg_live_init(void)
{
	request = vzalloc(MOST_BYTES);
	answer = vzalloc(MOST_BYTES);
	notes = kzalloc(MOST_NOTES, GFP_KERNEL);
	if (!request || !answer || !notes ||
	    !proc_create("vcfg_evaluate", 0600, NULL, &evaluate_ops) ||
	    !proc_create("vcfg_notify", 0600, NULL, &notify_ops)) {
		remove_proc_entry("vcfg_evaluate", NULL);
		vfree(request);
		vfree(answer);
		kfree(notes);
		return -ENOMEM;
	}
	map_window();
	return 0;
}

static void __exit vcfg_live_exit(void)
{
	unmap_window();
	while (listened_count > 0)
		acpi_remove_notify_handler(listened[--listened_count], ACPI_ALL_NOTIFY, heard);
	remove_proc_entry("vcfg_evaluate", NULL);
	remove_proc_entry("vcfg_notify", NULL);
	vfree(request);
	vfree(answer);
	kfree(notes);
}

module_init(vcfg_live_init);
module_exit(vcfg_live_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Evaluates ACPI objects for the host of a live VCFG guest");
`;
