/** Failures in the form that clients of Spark Connect understand. */
package org.palimpsest.pipeline.failure;
