/**
 * How numbers travel between replicas: exactly, or compressed with what was lost fed back into the
 * next exchange.
 */
package org.palimpsest.training.exchange;
