/** What a fit reports while it runs, for displays that ask for it now and then. */
package org.palimpsest.pipeline.progress;
