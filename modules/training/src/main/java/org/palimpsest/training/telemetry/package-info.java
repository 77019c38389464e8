/** How a run is told to those who watch it with other tools: TensorBoard, schedulers, alerts. */
package org.palimpsest.training.telemetry;
