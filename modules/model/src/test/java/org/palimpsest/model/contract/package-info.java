/** Contract tests that the tests of every engine extend, with small models and examples. */
package org.palimpsest.model.contract;
