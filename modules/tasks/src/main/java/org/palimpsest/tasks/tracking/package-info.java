/** Reports runs to tracking servers. */
package org.palimpsest.tasks.tracking;
