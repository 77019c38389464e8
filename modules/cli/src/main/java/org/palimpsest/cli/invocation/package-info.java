/**
 * How invocations of a run end, told to people and monitors. In: the events of a run and its end.
 * Out: a line of {@code history.jsonl}, {@code metrics.prom}, and what {@code run.on-end} gets.
 */
package org.palimpsest.cli.invocation;
