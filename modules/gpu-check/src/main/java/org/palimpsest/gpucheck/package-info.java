/** What the check of a GPU needs from CUDA itself. */
package org.palimpsest.gpucheck;
