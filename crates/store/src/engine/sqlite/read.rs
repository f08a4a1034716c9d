use super::{SEGMENT_BITS, failed};
use crate::{Position, Record, RecordPage, RecordQuery, Recorded, Result, Saved, engine::VisitRow};
use bastide_base::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, Rows, params};
use std::collections::HashMap;

pub fn position(conn: &Connection) -> rusqlite::Result<Position> {
    let mut statement = conn.prepare_cached("SELECT version, seq FROM position")?;
    statement.query_row([], |row| Ok(Position { version: row.get(0)?, seq: row.get(1)? }))
}

pub fn table_ids(conn: &Connection) -> rusqlite::Result<HashMap<String, i64>> {
    let mut statement = conn.prepare_cached("SELECT name, id FROM tables")?;
    statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

fn visit_all(mut rows: Rows<'_>, visit: &mut VisitRow<'_>) -> Result<()> {
    while let Some(row) = rows.next().map_err(failed)? {
        let text = |why: rusqlite::types::FromSqlError| failed(why.into());
        let blob = |at: usize| row.get_ref(at).map_err(failed)?.as_blob().map_err(text);
        let table = row.get_ref(0).map_err(failed)?.as_str().map_err(text)?;
        visit(table, blob(1)?, blob(2)?)?;
    }
    Ok(())
}

pub fn load(conn: &Connection, visit: &mut VisitRow<'_>) -> Result<Position> {
    // One transaction, so that the rows are of the position.
    let tx = conn.unchecked_transaction().map_err(failed)?;
    let position = position(&tx).map_err(failed)?;
    let sql = "SELECT t.name, r.key, r.row FROM rows r JOIN tables t ON t.id = r.tbl";
    let mut statement = tx.prepare_cached(sql).map_err(failed)?;
    visit_all(statement.query([]).map_err(failed)?, visit)?;
    Ok(position)
}

pub fn load_saved(conn: &Connection, version: u64, visit: &mut VisitRow<'_>) -> Result<bool> {
    let tx = conn.unchecked_transaction().map_err(failed)?;
    let known: Option<i64> = tx
        .query_row("SELECT version FROM saved WHERE version = ?1", [version], |row| row.get(0))
        .optional()
        .map_err(failed)?;
    let sql = "SELECT t.name, r.key, r.row FROM saved_rows r JOIN tables t ON t.id = r.tbl WHERE r.version = ?1";
    let mut statement = tx.prepare_cached(sql).map_err(failed)?;
    visit_all(statement.query([version]).map_err(failed)?, visit)?;
    Ok(known.is_some())
}

pub fn saved(conn: &Connection) -> rusqlite::Result<Vec<Saved>> {
    let mut statement = conn.prepare_cached("SELECT version, name, time FROM saved ORDER BY version")?;
    let saved = statement.query_map([], |row| {
        Ok(Saved { version: row.get(0)?, name: row.get(1)?, time: Timestamp::from_millis(row.get(2)?) })
    })?;
    saved.collect()
}

const COLUMNS: &str = "seq, time, request_id, account, principal, service, action, verdict, error, body";

fn recorded(row: &Row<'_>) -> rusqlite::Result<Recorded> {
    let text = |at: usize| row.get::<_, String>(at).map(Into::into);
    let record = Record {
        time: Timestamp::from_millis(row.get(1)?),
        request_id: row.get(2)?,
        account: text(3)?,
        principal: text(4)?,
        service: text(5)?,
        action: text(6)?,
        verdict: text(7)?,
        error: text(8)?,
        body: row.get(9)?,
        documents: Vec::new(),
    };
    Ok(Recorded { seq: row.get(0)?, record })
}

/// Newest first, looking at no more than [`RecordQuery::SCANNED_MAX`] records.
pub fn records(conn: &Connection, query: &RecordQuery) -> rusqlite::Result<RecordPage> {
    let newest = position(conn)?.seq;
    let before = query.before.unwrap_or(u64::MAX).min(newest + 1);
    let floor = before.saturating_sub(RecordQuery::SCANNED_MAX + 1);
    let limit = query.limit.min(RecordQuery::LIMIT_MAX);
    let sql = format!(
        "SELECT {COLUMNS} FROM records WHERE seq < ?1 AND seq > ?2
         AND (?3 IS NULL OR account = ?3) AND (?4 IS NULL OR principal = ?4) AND (?5 IS NULL OR service = ?5)
         AND (?6 IS NULL OR action = ?6) AND (?7 IS NULL OR verdict = ?7) AND (?8 IS NULL OR error = ?8)
         AND (?9 IS NULL OR time >= ?9) AND (?10 IS NULL OR time < ?10)
         ORDER BY seq DESC LIMIT ?11"
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let values = params![
        before,
        floor,
        query.account,
        query.principal,
        query.service,
        query.action,
        query.verdict,
        query.error,
        query.since.map(Timestamp::millis),
        query.until.map(Timestamp::millis),
        limit,
    ];
    let records: Vec<_> = statement.query_map(values, recorded)?.collect::<rusqlite::Result<_>>()?;
    let looked_at_from = match records.last() {
        Some(last) if records.len() == limit => last.seq,
        _ => floor + 1,
    };
    Ok(RecordPage { records, next: (looked_at_from > 1).then_some(looked_at_from) })
}

pub fn records_by_request(conn: &Connection, request_id: &str, hash: i64) -> rusqlite::Result<Vec<Recorded>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM records WHERE request_id = ?3 AND seq IN
         (SELECT seq FROM requests WHERE segment = ?1 AND hash = ?2) ORDER BY seq"
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let mut found = Vec::new();
    for segment in 0..=(position(conn)?.seq >> SEGMENT_BITS) {
        for record in statement.query_map(params![segment, hash, request_id], recorded)? {
            found.push(record?);
        }
    }
    Ok(found)
}

pub fn tail(conn: &Connection, after: u64, limit: usize) -> rusqlite::Result<Vec<Recorded>> {
    let sql = format!("SELECT {COLUMNS} FROM records WHERE seq > ?1 ORDER BY seq LIMIT ?2");
    let mut statement = conn.prepare_cached(&sql)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    statement.query_map(params![after.min(i64::MAX as u64), limit], recorded)?.collect()
}
