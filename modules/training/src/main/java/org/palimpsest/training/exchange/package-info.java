/** How vectors travel between replicas: exactly, or compressed with error feedback. */
package org.palimpsest.training.exchange;
