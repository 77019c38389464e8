/** Test programs in child processes: started, awaited, and killed. */
package org.palimpsest.model.process;
