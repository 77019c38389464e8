/** What training has made: models in checkpoints and folders, exported and put to use. */
package org.palimpsest.evaluation.inference;
