/** The report of a run: {@code report.json} and a self-contained HTML page. */
package org.palimpsest.cli.report;
