/** A check of a device: agreement with the CPU, speed, memory, and rounds between ranks. */
package org.palimpsest.bench.device;
