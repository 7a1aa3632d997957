"""The report of an alignment: one HTML file to look at and to listen with."""

from __future__ import annotations

from publisher.align.report.page import relative_href, report_html

__all__ = ["relative_href", "report_html"]
