/** Reports a run to other tools: TensorBoard, log files, schedulers, alerts. */
package org.palimpsest.training.telemetry;
