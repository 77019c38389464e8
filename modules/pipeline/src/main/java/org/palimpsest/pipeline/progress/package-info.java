/** What a fit reports while it runs, for displays that poll it. */
package org.palimpsest.pipeline.progress;
