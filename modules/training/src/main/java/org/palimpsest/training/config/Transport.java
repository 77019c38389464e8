package org.palimpsest.training.config;

/** How workers exchange what they aggregate: {@code training.transport}. */
public enum Transport {
  /** Over sockets between the tasks of one barrier stage; all-reduce along a ring. */
  COLLECTIVE,
  /** Over Spark: one job per round, through a shuffle to the driver and back as a broadcast. */
  SPARK
}
