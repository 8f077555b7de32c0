"""Clean Descriptors (PS3.15 E.3.6): of what people typed only known words stay.

A word stays where it is in the vocabulary below, or is a short number with or without a unit, a
vertebra, a sequence's or kernel's name; and where it is not a word of the person's own name.
Everything else is left out: dates, times, numbers of more than three digits, names.
"""

from __future__ import annotations

import re

from labeler.interchange.identity import Identity

_WORDS = """
abd abdomen abdominal acetabulum achilles acquisition acute adc add addome adrenal adrenals after
airway aligned anatomical angio angiogram angiography ankle anterior aorta aortic ap apical
appendix arm arms art arterial arteriell artery asir asl asset attenuation auto avec average
averaged avg ax axial axilla axis b back base baseline bassin bauch becken bed before bilateral
biliary biopsy bladder blade blood body bold bolus bone bones bowel brachial brain brainstem bravo
breast breath breathhold bright bronchi bronchial brust bw bws c cabeza calc calcaneus
calcification calcium calf caps cardiac care carotid cava cc cecum cerebellum cerebral cerebro
cerebrum cerv cerveau cervello cervical chest cholangio cine circle cisternal clavicle clinical cm
coccyx coil collo colon colonography color colour column columna combined common compare complete
compressed con cone consolidation contour contralateral contrast contraste control cor cord
coronal coronary corpus corr corrected cortex cortical costal cou coverage crane cranial cranium
crâne csf cspine ct cta ctac ctv cube cuello cuff cuisse curved cyst daily data dce deep delay
delayed density derecha derecho derived destro detail device diagnostic diaphragm diff difference
diffusion digital dir disc discs disk distal dixon dorsal dose droit droite dti dual dwi dyn
dynamic ecg echo edema effusion elbow emphysema enhanced enhancement epaule epi epidural
equilibrium esophagus exam excretory exp expiration extremity eye eyes face facial fast fat fatsat
fb fbp fdg fe fegato femoral femur fetal ffe fgre fiducial field fiesta filter filtered final fine
first flair flash flex flexion flip flow fluid fluoro fluoroscopy foie follow followup foot
foramen forearm forefoot fov fractionated fracture frame frames free frontal früh fs fse fsgr full
functional fused fusion gadolinium gall gallbladder gamma ganzkoerper ganzkörper gate gated gating
gauche gd ge gehirn genou ginocchio gland glands gluteal gre groin gross ground group gtv h half
hals hand hard hase haste hd head heart hemorrhage hepatic hepatobiliary hernia herz higado high
hilar hilum hip hips hires hirn hno hr hrct humerus hws hypophysis hígado iac ileum iliac image
images imaging in index infarct inferior infusion ingest injection inner insp inspir inspiration
int internal intra intracranial inversion iodine ir iso isocenter isotropic iterative itv iv
izquierda izquierdo jaw jejunum joint kernel kidney kidneys knee knie kontrast kopf kv kvp l label
labels lao large larynx lat late lateral lateralis leber left leg legs lens lesion lesions lesser
level lie ligament links liver lobe lobes loc local localiser localizer long longitudinal loop
loss low lower lspine lt lumbar lumen lung lunge lungen lungs lws lymph lymphnode lymphoma ma mag
magnitude main male mammo mammogram mammography mandible map maps mask mass max maxilla maxillary
maximum mdc mean measure medial median mediastinal mediastinum medium medulla meniscus mesenteric
metal metastases metastasis mid middle milz min minip mip mit mlo mm mmhg moco mode model
modulated mono monoenergetic motion mpgr mpr mprage mpvr mr mra mrcp mri mrs mrv ms multi muscle
myelo myelography myocardial myocardium nach nasal nasopharynx nativ native navigator neck
necrosis nerve neuro niere nieren nm no node nodes nodule nodules noise non normal nose obl
oblique occipital ohne old open opp optic oral orbit orbita orbital orbits organ original osem
osseous out outer ovary overview pa pancreas pancreatic para parallel paranasal parathyroid
parenchyma parietal part patella patent pc pca pd pe pecho pelvic pelvis penis perf perfusion
perianal pericardium peripheral peritoneum pet petrous phalanx phantom pharynx phase phases pineal
pituitary pixel planar plane planning plaque pleura pleural pneumonia pneumothorax polmone polmoni
pons popliteal portal portalvenös portovenous position post postcontrast posterior poumon poumons
pre precontrast prep previous primary process projection prone propeller prostate protocol proton
proximal psif ptv pulmon pulmonary pulmón pulse qa quadrant quick r rachis radial radiography
radius ramp range rao rapid rate raw rdsr reading rec rechts recon reconstruction rectal rectum
ref reference reformat reformatted reg region registered registration regular rein reins renal
rene reni report res resampled rescan residual resolution resp respiratory rest restricted retro
retroperitoneum review rib ribs right rigid rinon riñón rl rodilla roi ros rotated rotation
routine rt sacral sacrum sag sagittal sans sat saturated saturation scan scanogram scaphoid
scapula schaedel schulter schädel scout screen screening se sec second sections segment
segmentation segmented sella semi sense senza sequence series set shim short shoulder side sin
sinistro sinus sinuses skeletal skeleton skin skull slab slice slices small smooth soft space
spaet spect spectroscopy spgr spin spinal spine spir spiral spleen splenic spot sss standard start
static std stereo sternum stir stomach stone stress structural structure study sub subclavian
subtracted subtraction superior supine surface survey susceptibility suv swi syngo system t tag
tardif target td te temporal temporary temps tendon test testa testis tete tfe thalamus thick
thigh thin third thoracic thorax thymus thyroid ti tibia time timing tip tir tirm tissue to tof
tomo tomography tomosynthesis tongue topo topogram torace torax total tr tra trace trachea track
tracking trans transversal transverse treatment trigger triggered true trufi tse tspine tumeur
tumor tumour turbo twist tête tórax ulna ultra ultrasound uncorrected unenhanced unilateral up
upper ureter urethra uro urogram urography us uterus vagina valve vascular vein veins vena venoes
venous ventral ventricle ventricles venös vertebra vertebral vessel vessels vibe view views
virtual visit vns vol volume volumetric vor voxel vr water wb weighted white whole window wirbel
wirbelsaeule wirbelsäule with without work wrist x xr y z zoom
"""
VOCABULARY = frozenset(_WORDS.split())

_UNITS = r"(?:mm|cm|ml|mg|mgy|kg|min|sec|s|ms|kv|kvp|ma|mas|t|d|b|x|hz|hu|st|nd|rd|th|%)"
_KNOWN = re.compile(
    rf"(?:\d{{1,3}}(?:\.\d{{1,4}})?{_UNITS}?"
    r"|[ctls]\d{1,2}|t[12](?:w|star)?|[23]d|4d|b\d{1,4}|[abfhjqu][rlvfc]?\d{2}[a-z]?|i\d{2}[a-z]"
    r"|te\d{1,3}|tr\d{1,4}|ti\d{1,4}|ph\d{1,2}|m\d{1,3}|bh\d?|se\d{1,2}|hr\d{1,2}|\d{1,2}f)"
)
_MOMENTS = re.compile(
    r"\d{1,4}\s*[./\-]\s*\d{1,2}\s*[./\-]\s*\d{1,4}|\d{1,2}:\d{2}(?::\d{2})?|\d[\d\s\-/]{5,}\d"
)
_TOKEN = re.compile(r"\d+(?:\.\d+)?[^\W\d_]*|[^\W_]+|[+*%]")


def cleaned(text: str, identity: Identity) -> str:
    """The words of a description that are known and not the person's own; "" where none is."""
    kept = []
    for token in _TOKEN.findall(_MOMENTS.sub(" ", text)):
        plain = token.casefold()
        known = plain in VOCABULARY or _KNOWN.fullmatch(plain) or plain in "+*"
        if known and plain not in identity.names and not identity.told_by(token):
            kept.append(token)
    if not any(token.isalnum() for token in kept):
        return ""
    return " ".join(kept)


def is_known(text: str) -> bool:
    """Whether each word of a text is in the vocabulary."""
    words = [token.casefold() for token in _TOKEN.findall(text)]
    return all(word in VOCABULARY or _KNOWN.fullmatch(word) for word in words)
