/** A recipe and its sections, read and checked. HOCON goes in, immutable settings come out. */
package org.palimpsest.training.config;
