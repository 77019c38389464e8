/** What a run leaves for a reader: {@code report.json} and a page that needs nothing beside it. */
package org.palimpsest.cli.report;
