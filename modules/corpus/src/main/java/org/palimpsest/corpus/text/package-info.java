/**
 * Documents, rejected records and their ids, which do not depend on how the input is split; inputs
 * and rules of reading; sentence boundaries.
 */
package org.palimpsest.corpus.text;
