/**
 * What every engine must keep, as tests that an engine's own tests extend; with the small models
 * and examples that they compute.
 */
package org.palimpsest.model.contract;
