/**
 * Any network of Deeplearning4j as a replica of training, on the driver and on the workers, with
 * checks of ND4J's backend.
 */
package org.palimpsest.dl4j.spark.network;
