//! Bundles of FHIR.

/// English and Spanish.
pub(super) const ROWS: &[(&str, &str)] = &[
    ("the file ends before the bundle does", "el archivo termina antes que el Bundle"),
    ("is not the JSON of a Bundle: {}", "no es el JSON de un Bundle: {}"),
    ("resourceType is {}; a Bundle was expected", "resourceType es {}; se esperaba un Bundle"),
    ("is of FHIR {}; R4 (4.0.1) was expected", "es de FHIR {}; se esperaba R4 (4.0.1)"),
    ("type is {}; collection or searchset was expected", "type es {}; se esperaba collection o searchset"),
    (
        "is no object; an entry with a resource was expected",
        "no es un objeto; se esperaba una entrada con un recurso",
    ),
    ("has no resource", "no tiene recurso"),
    ("the resource has no resourceType", "el recurso no tiene resourceType"),
    (
        "is {} as entry {} is; one of each was expected",
        "es {} como lo es la entrada {}; se esperaba uno de cada",
    ),
    (
        "\"{}\" is also entry {}'s name; names that differ were expected",
        "«{}» es también el nombre de la entrada {}; se esperaban nombres distintos",
    ),
    (
        "participant {} is {}, which is no entry of the bundle",
        "el participante {} es {}, que no es una entrada del Bundle",
    ),
    ("has more than one {}; one was expected", "tiene más de un {}; se esperaba uno"),
    ("participant {} is entry {}, which is refused", "el participante {} es la entrada {}, que se rechaza"),
    (
        "participant {} is entry {}, another patient since",
        "el participante {} es la entrada {}, que desde entonces es otro paciente",
    ),
    (
        "no participant is a Patient of the bundle; one was expected",
        "ningún participante es un Patient del Bundle; se esperaba uno",
    ),
    (
        "{} may change what everything else means, and is not known here",
        "{} puede cambiar lo que todo lo demás significa, y aquí no se conoce",
    ),
    (
        "{} is no element of an Appointment of R4 (4.0.1), which was expected",
        "{} no es un elemento de un Appointment de R4 (4.0.1), que era lo esperado",
    ),
    ("{}; the shape of R4 (4.0.1) was expected", "{}; se esperaba la forma de R4 (4.0.1)"),
    ("start is missing: an instant was expected", "falta start: se esperaba un instante"),
    (
        "end is not a whole number of minutes after start",
        "end no está a un número entero de minutos después de start",
    ),
    (
        "status \"{}\" is none of R4's: booked, arrived, checked-in, fulfilled, cancelled, noshow, proposed, \
         pending, waitlist or entered-in-error was expected",
        "el status «{}» no es de R4: se esperaba booked, arrived, checked-in, fulfilled, cancelled, noshow, \
         proposed, pending, waitlist o entered-in-error",
    ),
    (
        "{} is \"{}\": an instant with seconds and offset, such as 2026-06-15T14:30:00-06:00, was expected",
        "{} es «{}»: se esperaba un instante con segundos y desfase, como 2026-06-15T14:30:00-06:00",
    ),
    ("left alone: {}", "sin tocar: {}"),
    (
        "the bundle is one page of several; the next ones are to be imported, too",
        "el Bundle es una página de varias; hay que importar también las siguientes",
    ),
];
